import { InvalidOperationError } from '../../errors.ts'
import { REBUILD_CLUSTER, REBUILD_TABLE } from '../../handlers/engine-tables.ts'
import type { RowUpdate } from '../../ports/change-set.ts'
import { NO_CHANGES } from '../../ports/change-set.ts'
import type { Database } from '../../ports/database.ts'
import type { Row } from '../../ports/table.ts'
import type { JsonObject } from '../../util/json.ts'
import type { Clock } from '../../util/runtime/clock.ts'
import { isRace } from '../worker-row.ts'
import type { RebuildPhase, SkippedEvent } from './rebuild-options.ts'
import type { RebuildPlan } from './rebuild-plan.ts'

/** How far a rebuild is, as it is stored with the rows of the new table. */
export interface RebuildState {
  /** By part of the log: what stands before is in the new table. */
  readonly cursors: Readonly<Record<string, string>>
  /** The last events in the new table, by subscription and source. */
  readonly ends: Readonly<Record<string, string>>
  readonly read: number
  readonly skipped: number
  readonly skippedEvents: readonly SkippedEvent[]
  /** Subscriptions that this rebuild may have paused and not resumed yet. */
  readonly paused: readonly string[]
  /** The counts at the switch. */
  readonly rows?: { readonly before: number; readonly after: number } | undefined
}

const NOTHING: RebuildState = { cursors: {}, ends: {}, read: 0, skipped: 0, skippedEvents: [], paused: [] }

interface Change {
  readonly phase?: RebuildPhase
  readonly state?: Partial<RebuildState>
}

/**
 * The row of a rebuild, held by one process at a time. Every write names the version that was read, so that of two who think they hold it, because one was
 * slow, only one gets anything stored.
 */
export class RebuildRecord {
  readonly #database: Database
  readonly #clock: Clock
  readonly #ttlMs: number
  readonly #owner: string
  #row: Row

  private constructor(database: Database, clock: Clock, ttlMs: number, owner: string, row: Row) {
    this.#database = database
    this.#clock = clock
    this.#ttlMs = ttlMs
    this.#owner = owner
    this.#row = row
  }

  /** Takes hold of it, to go on with what is there or to begin anew. Fails with `InvalidOperationError` (`REBUILD_RUNNING`) while somebody else holds it. */
  static async take(plan: RebuildPlan, owner: string, clock: Clock, ttlMs: number, restart: boolean): Promise<RebuildRecord> {
    const [found] = await plan.database.load(REBUILD_CLUSTER, [plan.id])
    const before = found?.row
    const now = clock.now()
    if (typeof before?.owner === 'string' && (before.expires_at as Date) > now) throw running(plan)
    const goesOn = before !== undefined && before.phase !== 'done' && before.shape === plan.shape && !restart
    // What an earlier one has paused is still to be resumed, whatever it was building.
    const paused = (before?.state as unknown as RebuildState | undefined)?.paused ?? []
    const fresh: Row = { phase: 'preparing', shape: plan.shape, state: { ...NOTHING, paused } as unknown as JsonObject, started_at: now }
    const row: Row = {
      ...(goesOn ? before : fresh),
      id: plan.id,
      owner,
      expires_at: new Date(now.getTime() + ttlMs),
      updated_at: now,
      version: before === undefined ? 0 : (before.version as number) + 1,
    }
    try {
      if (before === undefined) await plan.database.commit({ ...NO_CHANGES, inserts: [{ table: REBUILD_TABLE, rows: [row] }] })
      else await plan.database.commit({ ...NO_CHANGES, updates: [updateOf(row)] })
    } catch (error) {
      if (isRace(error)) throw running(plan)
      throw error
    }
    return new RebuildRecord(plan.database, clock, ttlMs, owner, row)
  }

  get phase(): RebuildPhase {
    return this.#row.phase as RebuildPhase
  }

  get version(): number {
    return this.#row.version as number
  }

  get state(): RebuildState {
    return this.#row.state as unknown as RebuildState
  }

  /** The row as it is to be next, for a transaction; `accept` it once that is committed. */
  next({ phase, state }: Change): RowUpdate {
    const now = this.#clock.now()
    return updateOf({
      ...this.#row,
      phase: phase ?? this.phase,
      state: { ...this.state, ...state } as unknown as JsonObject,
      // Once it is done it is nobody's, but still known to be this one's, should the answer get lost.
      expires_at: phase === 'done' ? now : new Date(now.getTime() + this.#ttlMs),
      updated_at: now,
      version: (this.#row.version as number) + 1,
    })
  }

  accept({ row }: RowUpdate): void {
    this.#row = row
  }

  async write(change: Change): Promise<void> {
    const next = this.next(change)
    await this.#database.commit({ ...NO_CHANGES, updates: [next] })
    this.accept(next)
  }

  /** After a write whose answer was an error: looks whether it was stored all the same. Fails when the rebuild is somebody else's by now. */
  async wasStored(): Promise<boolean> {
    const [found] = await this.#database.load(REBUILD_CLUSTER, [this.#row.id as string])
    if (found?.row.owner !== this.#owner) {
      const text =
        'Another process has gone on with this rebuild, because this one was silent for longer than a lease. Let that one finish.'
      throw new InvalidOperationError(text, { code: 'REBUILD_LOST' })
    }
    const isNew = found.row.version !== this.#row.version
    this.#row = found.row
    return isNew
  }

  /** Lets anybody go on with it. */
  async release(): Promise<void> {
    const row = { ...this.next({}).row, owner: null, expires_at: null }
    await this.#database.commit({ ...NO_CHANGES, updates: [updateOf(row)] })
    this.#row = row
  }
}

/** The last state of a projection's rebuild, whoever works on it. */
export async function storedRebuild({
  database,
  id,
}: RebuildPlan): Promise<{ readonly phase: RebuildPhase; readonly state: RebuildState } | undefined> {
  const [found] = await database.load(REBUILD_CLUSTER, [id])
  if (found === undefined) return undefined
  return { phase: found.row.phase as RebuildPhase, state: found.row.state as unknown as RebuildState }
}

function updateOf(row: Row): RowUpdate {
  return { table: REBUILD_TABLE, id: row.id as string, expectedVersion: (row.version as number) - 1, row }
}

function running({ definition }: RebuildPlan): InvalidOperationError {
  const text = `${definition.name} is being rebuilt already. Wait for that; a process that died holds it for no longer than a lease.`
  return new InvalidOperationError(text, { code: 'REBUILD_RUNNING' })
}
