import { CHECKPOINT_CLUSTER, CHECKPOINT_TABLE, FAILURE_CLUSTER, FAILURE_TABLE } from '../handlers/engine-tables.ts'
import type { FailureRecord, FailureStatus } from '../handlers/failure-record.ts'
import { failureOfRow, rowOfFailure } from '../handlers/failure-record.ts'
import type { ChangeSet, RowDelete, RowInserts, RowUpdate } from '../ports/change-set.ts'
import { NO_CHANGES } from '../ports/change-set.ts'
import type { Criteria } from '../ports/criteria.ts'
import type { Database } from '../ports/database.ts'
import type { TableSchema } from '../ports/table.ts'
import type { UnitOfWork } from '../unit-of-work/unit-of-work.ts'
import type { Clock } from '../util/runtime/clock.ts'
import type { Fence } from './fence.ts'
import type { Lane, Mark } from './lane.ts'

/** Rows to be written about one message, and what is then so. */
export interface Entry {
  readonly inserts: readonly RowInserts[]
  readonly updates: readonly RowUpdate[]
  readonly deletes: readonly RowDelete[]
  /** To be called once it is committed. */
  committed(): void
}

/** One stream of what is kept in order together, which may be nothing but that stream. */
export interface Checkpointed {
  readonly unit: string
  readonly stream: string
}

/**
 * What a subscription keeps in its home database: checkpoints, and messages that failed. Everything is written with the version that was read. That tells who is late
 * with a message that was dealt with, but not who is late with a failure, which changes no checkpoint: failures are written under the lease (`commitUnder`).
 */
export class Book {
  readonly home: Database
  readonly subscription: string
  readonly #clock: Clock

  constructor(home: Database, subscription: string, clock: Clock) {
    this.home = home
    this.subscription = subscription
    this.#clock = clock
  }

  /** The checkpoints of these streams, each for what its messages are kept in order with; with one read. */
  async marks(places: readonly Checkpointed[]): Promise<readonly Mark[]> {
    if (places.length === 0) return []
    const ids = places.map(({ unit, stream }) => this.#id(unit, stream))
    const rows = await this.home.load(CHECKPOINT_CLUSTER, ids)
    const found = new Map(rows.map(({ row }) => [row.id as string, row]))
    return ids.map((id) => {
      const row = found.get(id)
      return { position: (row?.position as number | undefined) ?? -1, version: row?.version as number | undefined }
    })
  }

  /** Puts a lane where its checkpoint is by now. Gives whether somebody else has moved it. */
  async reread(lane: Lane, stream: string): Promise<boolean> {
    const [now] = await this.marks([{ unit: lane.unit, stream }])
    const before = lane.markOf(stream)
    if (now === undefined || (now.position === before.position && now.version === before.version)) return false
    lane.mark(stream, now)
    return true
  }

  /** The failures that this subscription has to do something about. */
  async open(): Promise<readonly FailureRecord[]> {
    return this.#failures(['retrying', 'behind', 'replay', 'skip'])
  }

  countDead(): Promise<number> {
    return this.home.count(FAILURE_TABLE, this.#having(['dead', 'replay']))
  }

  /** The stream is dealt with through this position. What it waited for is done with; the row stays while there is still something to be read again. */
  passed(lane: Lane, stream: string, position: number): Entry {
    const before = lane.markOf(stream).version
    const version = before === undefined ? 0 : before + 1
    const row = {
      id: this.#id(lane.unit, stream),
      subscription: this.subscription,
      stream,
      position,
      updated_at: this.#clock.now(),
      version,
    }
    const { failure, missed } = lane
    const kept = failure !== undefined && missed ? this.next(failure, { status: 'behind', dueAt: undefined }) : undefined
    return {
      inserts: before === undefined ? [{ table: CHECKPOINT_TABLE, rows: [row] }] : [],
      updates: [
        ...(before === undefined ? [] : [{ table: CHECKPOINT_TABLE, id: row.id, expectedVersion: before, row }]),
        ...(kept === undefined ? [] : [update(kept)]),
      ],
      deletes: failure === undefined || kept !== undefined ? [] : [remove(failure)],
      committed: () => {
        lane.mark(stream, { position, version })
        lane.failure = undefined
        if (kept !== undefined) lane.behind = kept
      },
    }
  }

  /** The stream waits for this message from now on. */
  parked(lane: Lane, failure: FailureRecord): Entry {
    const isNew = failure.version === 0
    const { behind } = lane
    return {
      inserts: isNew ? [{ table: FAILURE_TABLE, rows: [rowOfFailure(failure)] }] : [],
      updates: isNew ? [] : [update(failure)],
      // From here the stream is read again in any case, so what was noted of an earlier message is not needed.
      deletes: behind === undefined ? [] : [remove(behind)],
      committed: () => lane.park(failure),
    }
  }

  /** The message is given up, and its stream goes on. */
  buried(lane: Lane, failure: FailureRecord): Entry {
    const passed = this.passed(lane, failure.stream, failure.position)
    const isNew = failure.version === 0
    const dead = rowOfFailure(failure)
    // A stream that has to be read again needs a row that says so; the dead letter is another.
    const behind =
      lane.missed && lane.failure !== undefined
        ? { ...failure, id: `${failure.id}|behind`, status: 'behind' as const, version: 0 }
        : undefined
    return {
      inserts: [
        ...passed.inserts,
        ...(isNew ? [{ table: FAILURE_TABLE, rows: [dead] }] : []),
        ...(behind === undefined ? [] : [{ table: FAILURE_TABLE, rows: [rowOfFailure(behind)] }]),
      ],
      updates: [...passed.updates.filter(({ table }) => table === CHECKPOINT_TABLE), ...(isNew ? [] : [update(failure)])],
      deletes: [],
      committed: () => {
        passed.committed()
        if (behind !== undefined) lane.behind = behind
      },
    }
  }

  /** A row as it is to be next. */
  next(failure: FailureRecord, changes: Partial<FailureRecord>): FailureRecord {
    return { ...failure, ...changes, updatedAt: this.#clock.now(), version: failure.version + 1 }
  }

  added(failure: FailureRecord): Entry {
    return { inserts: [{ table: FAILURE_TABLE, rows: [rowOfFailure(failure)] }], updates: [], deletes: [], committed: () => undefined }
  }

  removed(failure: FailureRecord, committed: () => void): Entry {
    return { inserts: [], updates: [], deletes: [remove(failure)], committed }
  }

  changed(failure: FailureRecord, committed: () => void): Entry {
    return { inserts: [], updates: [update(failure)], deletes: [], committed }
  }

  async commit(entry: Entry): Promise<void> {
    await this.home.commit(changesOf(entry))
    entry.committed()
  }

  /** Gives false, with nothing stored, when the lease is somebody else's by now. */
  async commitUnder(fence: Fence, entry: Entry): Promise<boolean> {
    const isStored = await fence(changesOf(entry))
    if (isStored) entry.committed()
    return isStored
  }

  /** Adds the rows to a unit of work; `committed` is the caller's to call. */
  write({ inserts, updates, deletes }: Entry, unitOfWork: UnitOfWork): void {
    for (const { table, rows } of inserts) for (const row of rows) unitOfWork.insert(table, row, this.home)
    for (const change of updates) unitOfWork.update(change, this.home)
    for (const change of deletes) unitOfWork.delete(change, this.home)
  }

  async #failures(statuses: readonly FailureStatus[]): Promise<readonly FailureRecord[]> {
    const { rows } = await this.home.select({
      cluster: FAILURE_CLUSTER,
      where: this.#having(statuses),
      orderBy: [
        { column: 'stream', descending: false },
        { column: 'position', descending: false },
      ],
    })
    return rows.map(({ row }) => failureOfRow(row))
  }

  #having(statuses: readonly FailureStatus[]): Criteria {
    return {
      op: 'and',
      terms: [
        { op: 'compare', column: 'subscription', lookup: 'eq', value: this.subscription },
        { op: 'compare', column: 'status', lookup: 'in', value: statuses },
      ],
    }
  }

  #id(unit: string, stream: string): string {
    return checkpointId(this.subscription, unit, stream)
  }
}

function changesOf({ inserts, updates, deletes }: Entry): ChangeSet {
  return { ...NO_CHANGES, inserts, updates, deletes }
}

/** Key of the checkpoint of a stream, or of what is of one unit in it. */
export function checkpointId(subscription: string, unit: string, stream: string): string {
  return unit === stream ? `${subscription}|${stream}` : `${subscription}|${unit}|${stream}`
}

function update(failure: FailureRecord): RowUpdate {
  return { table: FAILURE_TABLE, id: failure.id, expectedVersion: failure.version - 1, row: rowOfFailure(failure) }
}

function remove({ id, version }: FailureRecord): RowDelete {
  return { table: FAILURE_TABLE as TableSchema, id, expectedVersion: version }
}
