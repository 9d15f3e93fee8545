import { WORKER_CLUSTER, WORKER_TABLE } from '../handlers/engine-tables.ts'
import type { Criteria } from '../ports/criteria.ts'
import type { Database } from '../ports/database.ts'
import type { Row } from '../ports/table.ts'
import type { Clock } from '../util/runtime/clock.ts'
import type { WorkerHold } from './worker-hold.ts'
import { storeWorkerRow } from './worker-row.ts'

export interface SharesOptions {
  readonly database: Database
  /** Begins the keys of the rows by which the engines of a domain know of each other. */
  readonly prefix: string
  readonly owner: string
  readonly clock: Clock
  readonly ttlMs: number
}

/** Leases of this many lengths ago, nobody needs to know of an engine that is gone. */
const FORGOTTEN_AFTER = 20

/**
 * Shares the parts of subscriptions among the engines of a domain, in one database: each engine says that it is there, in a row that it renews as its leases, and
 * takes no more parts than are its due. Who has more gives the rest back when what is under way has ended. Only engines that want the same parts count.
 */
export class Shares {
  readonly #options: SharesOptions
  readonly #id: string
  /** By subscription, in the order of the parts. */
  readonly #parts = new Map<string, WorkerHold[]>()
  #renewed: number | undefined

  constructor(options: SharesOptions) {
    this.#options = options
    this.#id = `${options.prefix}${options.owner}`
  }

  add(subscription: string, hold: WorkerHold): void {
    const parts = this.#parts.get(subscription) ?? []
    this.#parts.set(subscription, [...parts, hold])
  }

  /** Says that this engine is there, sees who else is, and allots. */
  async beat(): Promise<void> {
    const { clock } = this.#options
    const now = clock.now().getTime()
    await this.#renew(now)
    const engines = await this.#engines(now)
    for (const [subscription, holds] of this.#parts) {
      const wanted = engines.filter(({ parts }) => parts[subscription] === holds.length).map(({ id }) => id)
      allot(holds, shareOf(subscription, wanted.indexOf(this.#id), wanted.length, holds.length), now)
    }
  }

  async leave(): Promise<void> {
    if (this.#renewed !== undefined) await this.#options.database.deleteWhere(WORKER_TABLE, isId(this.#id))
  }

  async #renew(now: number): Promise<void> {
    const { database, ttlMs, owner } = this.#options
    if (this.#renewed !== undefined && now - this.#renewed < ttlMs / 3) return
    const expires = new Date(now + ttlMs)
    // Also the first time: it may have been written, and the answer lost.
    const renewed = await database.updateWhere(WORKER_TABLE, isId(this.#id), { expires_at: expires })
    if (renewed === 0) {
      const saved = Object.fromEntries([...this.#parts].map(([subscription, holds]) => [subscription, holds.length]))
      const row = { id: this.#id, owner, token: 0, expires_at: expires, state: 'running', saved, signal: null }
      await storeWorkerRow(database, { ...row, updated_at: new Date(now), version: 0 })
    }
    this.#renewed = now
  }

  async #engines(now: number): Promise<readonly { readonly id: string; readonly parts: Readonly<Record<string, number>> }[]> {
    const { database, prefix, ttlMs } = this.#options
    const where: Criteria = { op: 'compare', column: 'id', lookup: 'startsWith', value: prefix }
    const { rows } = await database.select({ cluster: WORKER_CLUSTER, where, orderBy: [{ column: 'id', descending: false }] })
    const expiry = ({ expires_at }: Row) => (expires_at as Date).getTime()
    const gone = rows.filter(({ row }) => expiry(row) < now - FORGOTTEN_AFTER * ttlMs)
    for (const { row } of gone) await database.deleteWhere(WORKER_TABLE, isId(row.id as string))
    const present = rows.filter(({ row }) => expiry(row) > now)
    return present.map(({ row }) => ({ id: row.id as string, parts: row.saved as Readonly<Record<string, number>> }))
  }
}

/** How many parts an engine is to have, and which first. What is left over falls to others for every subscription. */
function shareOf(subscription: string, rank: number, engines: number, parts: number): { readonly count: number; readonly first: number } {
  const shift = [...subscription].reduce((sum, character) => sum + (character.codePointAt(0) ?? 0), 0)
  const place = (rank + shift) % engines
  const [least, over] = [Math.floor(parts / engines), parts % engines]
  return { count: least + (place < over ? 1 : 0), first: place * least + Math.min(place, over) }
}

/** Those that are held first, so that nothing changes hands without need; then its own, then any. */
function allot(holds: readonly WorkerHold[], { count, first }: { readonly count: number; readonly first: number }, now: number): void {
  const inOrder = [...holds.slice(first), ...holds.slice(0, first)]
  const isOthers = ({ row, isHeld }: WorkerHold) => !isHeld && typeof row?.owner === 'string' && (row.expires_at as Date).getTime() > now
  const chosen = new Set(
    [...inOrder.filter(({ isHeld }) => isHeld), ...inOrder.filter((hold) => !hold.isHeld && !isOthers(hold))].slice(0, count),
  )
  for (const hold of holds) {
    const wasAllotted = hold.isAllotted
    hold.isAllotted = chosen.has(hold)
    if (wasAllotted && !hold.isAllotted) hold.wake()
  }
}

function isId(id: string): Criteria {
  return { op: 'compare', column: 'id', lookup: 'eq', value: id }
}
