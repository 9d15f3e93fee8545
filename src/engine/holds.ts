import { WORKER_CLUSTER, WORKER_TABLE } from '../handlers/engine-tables.ts'
import { NO_CHANGES } from '../ports/change-set.ts'
import type { Database } from '../ports/database.ts'
import type { Row } from '../ports/table.ts'
import type { Clock } from '../util/runtime/clock.ts'
import type { HoldWrite } from './worker-hold.ts'
import { WorkerHold } from './worker-hold.ts'
import { isRace, RETIRED, storeWorkerRow } from './worker-row.ts'

/** A lease counts as over this part of its time before it is, so that nothing is begun that another holder could meet. */
const MARGIN = 0.2

/**
 * The leases of one engine in one database. A beat renews all of them with one statement, takes what is free, and notices what others have written: a pause, a
 * signal, another holder. Clocks of different machines may differ by less than a lease; where they differ by more, work is done twice and its effects once.
 */
export class Holds {
  readonly database: Database
  readonly #owner: string
  readonly #clock: Clock
  readonly #ttlMs: number
  readonly #all = new Map<string, WorkerHold>()
  readonly #writes = new Map<WorkerHold, Promise<unknown>>()
  #renewed = 0
  #last: Promise<unknown> = Promise.resolve()

  constructor(database: Database, owner: string, clock: Clock, ttlMs: number) {
    this.database = database
    this.#owner = owner
    this.#clock = clock
    this.#ttlMs = ttlMs
  }

  /** `accepts`: whether a lease can be taken on such a row, or on none. */
  add(id: string, accepts: (row: Row | undefined) => boolean = () => true): WorkerHold {
    const hold: WorkerHold = new WorkerHold(id, this.#clock, (write) => this.#write(hold, write), accepts)
    this.#all.set(id, hold)
    return hold
  }

  /** One look at all rows. Two statements where nothing has changed, one of them only every third of a lease. */
  beat(): Promise<void> {
    // One after the other: two looks at once would take each other's answers for news.
    const look = this.#last.then(() => this.#look())
    this.#last = look.catch(() => undefined)
    return look
  }

  async #look(): Promise<void> {
    const now = this.#clock.now().getTime()
    const rows = await this.database.load(WORKER_CLUSTER, [...this.#all.keys()])
    const stored = new Map(rows.map(({ row }) => [row.id as string, row]))
    const held: string[] = []
    for (const [id, hold] of this.#all) {
      const row = stored.get(id)
      hold.see(row, row?.owner === this.#owner)
      // It was taken, and the answer got lost on its way.
      if (row?.owner === this.#owner && !hold.isHeld && hold.isWanted && hold.isAllotted && !hold.isPaused)
        hold.take(row, this.#validUntil(this.#renewed), true)
      // What was let go although something is still under way expires.
      if (row?.owner === this.#owner && hold.isHeld) held.push(id)
    }
    if (held.length > 0 && now - this.#renewed >= this.#ttlMs / 3) await this.#renew(held, now)
    await Promise.all(
      [...this.#all.values()].map((hold) =>
        hold.isWanted && hold.isAllotted && hold.accepts(hold.row) && isFree(hold.row, now) ? this.#acquire(hold, now) : undefined,
      ),
    )
  }

  async release(hold: WorkerHold): Promise<void> {
    if (!hold.isHeld) return
    const { token } = hold
    await this.#write(hold, { token, besides: NO_CHANGES, change: (row) => ({ ...row, owner: null, expires_at: null }) })
    hold.lose()
  }

  /** All with one statement: who holds what does not change by it, so no version does. */
  async #renew(ids: readonly string[], now: number): Promise<void> {
    const expires = new Date(now + this.#ttlMs)
    await this.database.updateWhere(
      WORKER_TABLE,
      {
        op: 'and',
        terms: [
          { op: 'compare', column: 'owner', lookup: 'eq', value: this.#owner },
          { op: 'compare', column: 'id', lookup: 'in', value: ids },
        ],
      },
      { expires_at: expires },
    )
    this.#renewed = now
    // Somebody may have taken one since it was read; then the next beat says so, and until then checkpoints keep effects from happening twice.
    for (const id of ids) this.#all.get(id)?.renew(expires, this.#validUntil(now))
  }

  async #acquire(hold: WorkerHold, now: number): Promise<void> {
    const before = hold.row
    const row: Row = {
      id: hold.id,
      state: 'running',
      saved: null,
      signal: null,
      ...before,
      owner: this.#owner,
      token: ((before?.token as number | undefined) ?? 0) + 1,
      expires_at: new Date(now + this.#ttlMs),
      updated_at: new Date(now),
      version: before === undefined ? 0 : (before.version as number) + 1,
    }
    try {
      await storeWorkerRow(this.database, row)
    } catch (error) {
      // Another engine was faster.
      if (isRace(error)) return
      throw error
    }
    if (this.#renewed === 0) this.#renewed = now
    hold.take(row, this.#validUntil(now), before?.owner !== undefined && before.owner !== null)
  }

  /** One after the other: two writes at once would find each other's versions, and each but one would be in vain. */
  #write(hold: WorkerHold, write: HoldWrite): Promise<boolean> {
    const written = (this.#writes.get(hold) ?? Promise.resolve()).then(() => this.#writeHeld(hold, write))
    this.#writes.set(
      hold,
      written.catch(() => undefined),
    )
    return written
  }

  /** Where others have only paused or signalled, that is kept. Gives false, with nothing stored, when the row is not ours any more. */
  async #writeHeld(hold: WorkerHold, { token, besides, change }: HoldWrite): Promise<boolean> {
    for (let { row } = hold; row !== undefined && this.#isOurs(row, token); ) {
      const version = row.version as number
      const next = { ...change(row), updated_at: this.#clock.now(), version: version + 1 }
      const update = { table: WORKER_TABLE, id: hold.id, expectedVersion: version, row: next }
      try {
        await this.database.commit({ ...besides, updates: [...besides.updates, update] })
        hold.written(next)
        return true
      } catch (error) {
        if (!isRace(error)) throw error
        const [found] = await this.database.load(WORKER_CLUSTER, [hold.id])
        // The row is as we know it: somebody was faster with something else.
        if (found?.row.version === version) throw error
        row = found?.row
        hold.see(row, row !== undefined && this.#isOurs(row, token))
      }
    }
    return false
  }

  #isOurs({ owner, token }: Row, ours: number): boolean {
    return owner === this.#owner && token === ours
  }

  #validUntil(now: number): number {
    return now + this.#ttlMs * (1 - MARGIN)
  }
}

/** Whether nobody holds a worker, and anybody may. */
function isFree(row: Row | undefined, now: number): boolean {
  if (row === undefined) return true
  if (row.state === 'paused' || row.state === RETIRED) return false
  return row.owner === null || row.owner === undefined || (row.expires_at as Date).getTime() <= now
}
