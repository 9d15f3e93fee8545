import { InvalidOperationError } from '../../errors.ts'
import { CHECKPOINT_TABLE, FAILURE_TABLE, WORKER_CLUSTER, WORKER_TABLE } from '../../handlers/engine-tables.ts'
import type { RowInserts, RowUpdate } from '../../ports/change-set.ts'
import { NO_CHANGES } from '../../ports/change-set.ts'
import type { Criteria } from '../../ports/criteria.ts'
import type { Database } from '../../ports/database.ts'
import type { Row } from '../../ports/table.ts'
import type { Clock } from '../../util/runtime/clock.ts'
import type { Timers } from '../../util/runtime/timers.ts'
import { ownersRows, savedIn } from '../division.ts'
import { LogSource } from '../message-source.ts'
import { changeWorkerRow, isRace, RETIRED, storeWorkerRow } from '../worker-row.ts'
import type { RebuildPlan } from './rebuild-plan.ts'
import type { RebuildRecord } from './rebuild-record.ts'
import { checkpointsAgainst } from './stale-handlers.ts'

const PAUSE_MS = 50

interface Held {
  readonly subscription: RebuildPlan['subscriptions'][number]
  readonly row: Row
}

export interface TakeOverSettings {
  readonly owner: string
  readonly clock: Clock
  readonly timers: Timers
  /** Of a lease. */
  readonly ttlMs: number
  /** How long whoever works on a subscription may take to let it go. */
  readonly patienceMs: number
  readonly signal: AbortSignal | undefined
}

/**
 * The leases of the projectors' subscriptions, taken from the engines that work on them: those are paused, let go of what they have in hand, and find the
 * leases free again after the switch. A rebuild that dies leaves at most a pause behind, which the next one ends; its leases expire.
 */
export class TakeOver {
  readonly #plan: RebuildPlan
  readonly #record: RebuildRecord
  readonly #settings: TakeOverSettings
  /** By the keys of their rows: a subscription in parts has several. */
  readonly #held = new Map<string, Held>()
  /** Keys of those of which nobody knows whether their engine has stopped. */
  readonly #abandoned = new Set<string>()

  constructor(plan: RebuildPlan, record: RebuildRecord, settings: TakeOverSettings) {
    this.#plan = plan
    this.#record = record
    this.#settings = settings
  }

  /** From here on nobody handles anything for the old table. */
  async begin(): Promise<void> {
    for (const subscription of this.#plan.subscriptions) while (!(await this.#takeAll(subscription)));
  }

  /** Puts the new table in the place of the old one, and the subscriptions behind what is in it; all of it or nothing. */
  async switch(): Promise<void> {
    const { database, live, beside } = this.#plan
    const rows = this.#record.state.rows
    const done = this.#record.next({ phase: 'done', state: { paused: [], rows } })
    const inserts = await this.#checkpoints()
    const transaction = await database.begin()
    try {
      await transaction.replaceTable(live.table, beside.table)
      // The cursor says it all now: what failed before is in the new table, and so is what was handled ahead of the cursor, or it comes again.
      await transaction.deleteWhere(CHECKPOINT_TABLE, this.#ofSubscriptions())
      await transaction.deleteWhere(FAILURE_TABLE, this.#ofSubscriptions())
      await transaction.commit({ ...NO_CHANGES, inserts, updates: [...this.#released(), done] })
    } catch (error) {
      await transaction.rollback()
      throw error
    }
    this.#held.clear()
    this.#record.accept(done)
  }

  /** Gives everything back as it was. */
  async giveUp(): Promise<void> {
    const { database } = this.#plan
    for (const [id, { row }] of this.#held) {
      this.#held.delete(id)
      await storeWorkerRow(database, { ...row, owner: null, expires_at: null, ...this.#next(row) }).catch((error: unknown) => {
        // Somebody else has it by now, and pleased to.
        if (!isRace(error)) throw error
      })
    }
    await this.resume()
  }

  /** Ends the pauses that this rebuild has begun, or one before it that died. */
  async resume(): Promise<void> {
    const { paused } = this.#record.state
    if (paused.length === 0) return
    for (const id of paused) await changeWorkerRow(this.#plan.database, id, this.#settings.clock.now(), { state: 'running' })
    await this.#record.write({ state: { paused: [] } })
  }

  /** All parts of a subscription. Gives false where it was divided anew meanwhile, which nobody can do once one part is held. */
  async #takeAll(subscription: Held['subscription']): Promise<boolean> {
    for (const id of await ownersRows(this.#plan.database, subscription.id)) {
      const row = await this.#take(id, subscription.plan.name)
      if (row === undefined) return false
      this.#held.set(id, { subscription, row })
    }
    return true
  }

  /** Undefined for what is no part any more. */
  async #take(id: string, name: string): Promise<Row | undefined> {
    const { clock, timers, patienceMs, signal } = this.#settings
    const { database } = this.#plan
    const until = clock.now().getTime() + patienceMs
    for (;;) {
      signal?.throwIfAborted()
      const row = await readWorkerRow(database, id)
      if (row?.state === RETIRED) return undefined
      const isFree = row?.owner === null || row?.owner === undefined || (row.expires_at as Date) <= clock.now()
      if (isFree) {
        const taken = await this.#store(this.#mine(id, row))
        if (taken === undefined) continue
        if (typeof row?.owner === 'string') this.#abandoned.add(id)
        return taken
      }
      if (clock.now().getTime() >= until) throw busy(name)
      if (row.state === 'paused') await timers.sleep(PAUSE_MS, signal)
      else await this.#pause(id, row)
    }
  }

  /** Noted before it is done, so that whoever goes on with a rebuild that died here can end it. */
  async #pause(id: string, row: Row): Promise<void> {
    const { paused } = this.#record.state
    if (!paused.includes(id)) await this.#record.write({ phase: 'switching', state: { paused: [...paused, id] } })
    await this.#store({ ...row, state: 'paused', ...this.#next(row) })
  }

  #mine(id: string, row: Row | undefined): Row {
    const { owner, clock, ttlMs } = this.#settings
    const now = clock.now()
    const base: Row = row ?? { id, state: 'running', saved: null, signal: null, token: 0, version: -1 }
    const state = this.#record.state.paused.includes(id) ? 'running' : (base.state ?? 'running')
    return { ...base, state, owner, token: (base.token as number) + 1, expires_at: new Date(now.getTime() + ttlMs), ...this.#next(base) }
  }

  /** Undefined where somebody else was faster. */
  async #store(row: Row): Promise<Row | undefined> {
    try {
      await storeWorkerRow(this.#plan.database, row)
      return row
    } catch (error) {
      if (isRace(error)) return undefined
      throw error
    }
  }

  /** Where the subscriptions go on, free for any engine. */
  #released(): readonly RowUpdate[] {
    const { cursors } = this.#record.state
    return [...this.#held].map(([id, { subscription, row: held }]) => {
      const own = subscription.plan.sources.flatMap((source) => {
        const cursor = source instanceof LogSource ? cursors[source.store.name] : undefined
        return cursor === undefined ? [] : [[source.key, cursor]]
      })
      const row = {
        ...held,
        saved: { ...orderIn(held), cursors: Object.fromEntries(own) },
        owner: null,
        expires_at: null,
        ...this.#next(held),
      } as Row
      return { table: WORKER_TABLE, id, expectedVersion: held.version as number, row }
    })
  }

  async #checkpoints(): Promise<readonly RowInserts[]> {
    const { ends } = this.#record.state
    const abandoned = [...this.#held.values()].filter(({ row }) => this.#abandoned.has(row.id as string))
    const each = await Promise.all(abandoned.map(({ subscription, row }) => checkpointsAgainst(subscription, row, ends)))
    // Parts read the same log, so they may give the same ones.
    const rows = new Map(each.flat().map((row) => [row.id, row]))
    return [{ table: CHECKPOINT_TABLE, rows: [...rows.values()] }]
  }

  #ofSubscriptions(): Criteria {
    return { op: 'compare', column: 'subscription', lookup: 'in', value: this.#plan.subscriptions.map(({ id }) => id) }
  }

  #next(row: Row): Row {
    return { updated_at: this.#settings.clock.now(), version: (row.version as number) + 1 }
  }
}

/** What its messages are kept in order by, which stays so. Orders of before are of no account: their checkpoints go. */
function orderIn(row: Row): { readonly order?: string } {
  const { order } = savedIn(row)
  return order === undefined ? {} : { order }
}

async function readWorkerRow(database: Database, id: string): Promise<Row | undefined> {
  const [found] = await database.load(WORKER_CLUSTER, [id])
  return found?.row
}

function busy(subscription: string): InvalidOperationError {
  const text = `The subscription ${subscription} was asked to pause for the switch, and whoever works on it has not let it go. See what its handler waits for, and call this again: the new table is kept.`
  return new InvalidOperationError(text, { code: 'SUBSCRIPTION_BUSY' })
}
