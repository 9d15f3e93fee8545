/**
 * Brings the division of a subscription that the configuration and the code ask for into force: so many parts, and what messages are kept in order by.
 *
 * The rows of the old parts are retired and those of the new ones written in one transaction, with the versions that were read, and only while nobody holds one of
 * them: so two divisions are never at work at once, and whoever wants the old one waits while the new one is. Checkpoints and failed messages belong to the
 * subscription and not to a part, so they stay as they are. The new parts begin where the first of the old ones was; what others had dealt with behind that is known
 * by checkpoints.
 *
 * In another order, what waits is something else: then nothing waits any more, all is read again from the first message that waited, and what is known by
 * checkpoints of the order before is left out (`EarlierOrders`).
 */
import { WORKER_TABLE } from '../handlers/engine-tables.ts'
import type { FailureRecord } from '../handlers/failure-record.ts'
import type { Message } from '../messaging/message.ts'
import type { RowUpdate } from '../ports/change-set.ts'
import { NO_CHANGES } from '../ports/change-set.ts'
import type { EventStore } from '../ports/event-store.ts'
import type { Row } from '../ports/table.ts'
import type { Clock } from '../util/runtime/clock.ts'
import type { Entry } from './book.ts'
import { Book } from './book.ts'
import type { Division, SavedProgress } from './division.ts'
import { divisionIn, partIds, savedIn, subscriptionRows } from './division.ts'
import type { Mark } from './lane.ts'
import { Lane } from './lane.ts'
import type { LogSource } from './message-source.ts'
import type { SubscriptionPlan } from './subscription-plan.ts'
import { isRace, RETIRED } from './worker-row.ts'

/** What no longer waits: the rows that say so, and from where on its messages are to be read again. */
interface Released {
  readonly entries: readonly Entry[]
  readonly places: readonly { readonly store: EventStore; readonly cursor: string | undefined }[]
}

const NOTHING: Released = { entries: [], places: [] }

export class Divider {
  readonly wanted: Division
  readonly #plan: SubscriptionPlan
  readonly #subscription: string
  readonly #clock: Clock

  /** `subscription`: key of its own row. */
  constructor(plan: SubscriptionPlan, subscription: string, clock: Clock) {
    this.wanted = { parts: plan.settings.partitions, order: plan.order }
    this.#plan = plan
    this.#subscription = subscription
    this.#clock = clock
  }

  /** Whether a row, or none, is that of a part of the wanted division, so that its lease can be taken. */
  accepts(row: Row | undefined): boolean {
    if (row === undefined) return this.wanted.parts === 1 && this.wanted.order === ''
    return row.state !== RETIRED && (savedIn(row).order ?? '') === this.wanted.order
  }

  /** Gives false while somebody works by another division, or was faster. */
  async settle(): Promise<boolean> {
    const { home } = this.#plan
    const rows = await subscriptionRows(home, this.#subscription)
    const before = divisionIn(rows.get(this.#subscription))
    const old = partIds(this.#subscription, before.parts).map((id) => rows.get(id))
    const ids = partIds(this.#subscription, this.wanted.parts)
    if (before.parts === this.wanted.parts && ids.every((id) => this.accepts(rows.get(id)))) return true
    const now = this.#clock.now()
    if (old.some((row) => isHeld(row, now))) return false
    const released = before.order === this.wanted.order ? NOTHING : await this.#released(before.order)
    const saved = this.#progress(old, before, released)
    const left = this.#left(old, ids)
    const parts = ids.map((id, index) => this.#part(id, rows.get(id), old, index === 0 ? { ...saved, ...left } : saved))
    const own = ids.includes(this.#subscription) ? [] : [this.#directory(rows.get(this.#subscription))]
    const gone = old.flatMap((row) =>
      row === undefined || row.id === this.#subscription || ids.includes(row.id as string) ? [] : [retired(row)],
    )
    const written = [...parts, ...own, ...gone].map((row): Row => ({ ...row, updated_at: now, version: Number(row.version ?? -1) + 1 }))
    const { entries } = released
    try {
      await home.commit({
        ...NO_CHANGES,
        inserts: [
          { table: WORKER_TABLE, rows: written.filter(({ version }) => version === 0) },
          ...entries.flatMap(({ inserts }) => inserts),
        ],
        updates: [...written.filter(({ version }) => version !== 0).map(update), ...entries.flatMap(({ updates }) => updates)],
        deletes: entries.flatMap(({ deletes }) => deletes),
      })
      return true
    } catch (error) {
      if (isRace(error)) return false
      throw error
    }
  }

  /** Where the new parts begin. */
  #progress(old: readonly (Row | undefined)[], before: Division, { places }: Released): SavedProgress {
    const { order } = this.wanted
    const isSameOrder = before.order === order
    const cursors: Record<string, string> = {}
    for (const log of this.#plan.logs) {
      const waited = places.flatMap(({ store, cursor }) => (store === log.store ? [cursor] : []))
      const first = earliest(log.store, [...old.flatMap((row) => cursorsOf(row, log, isSameOrder)), ...waited])
      if (first !== undefined) cursors[log.key] = first
    }
    const known = old.some((row) => row !== undefined)
    const all = [...old.flatMap((row) => savedIn(row).earlier ?? []), ...(known ? [before.order] : [])]
    const earlier = [...new Set(all)].filter((one) => one !== order)
    return { cursors, ...(order === '' ? {} : { order }), ...(earlier.length === 0 ? {} : { earlier }) }
  }

  /**
   * Lets go what waits in an order of before. A message that was to be tried again is tried as if for the first time, when its turn comes; one that is to be skipped is
   * passed now. What is in no log any more stays as it is.
   */
  async #released(order: string): Promise<Released> {
    const { home, logs, unitIn } = this.#plan
    const book = new Book(home, this.#subscription, this.#clock)
    const entries: Entry[] = []
    const places: { readonly store: EventStore; readonly cursor: string | undefined }[] = []
    for (const failure of await book.open()) {
      const { message, status, stream, position } = failure
      if (status === 'replay') continue
      const found = await placeOf(message, logs)
      if (found === undefined) continue
      const { store, cursor } = found
      places.push({ store, cursor: status === 'retrying' ? store.before(cursor) : cursor })
      const unit = unitIn?.(order)(message) ?? stream
      const [mark] = status === 'skip' ? await book.marks([{ unit, stream }]) : []
      entries.push(
        mark === undefined ? book.removed(failure, () => undefined) : book.passed(waiting(unit, failure, mark), stream, position),
      )
    }
    return { entries, places }
  }

  /** Groups that nobody reads from now on: a broker would keep everything for them. */
  #left(old: readonly (Row | undefined)[], ids: readonly string[]): SavedProgress {
    if (this.#plan.removeGroups === undefined) return {}
    const all = new Set(old.flatMap((row) => (row === undefined ? [] : [row.id as string, ...(savedIn(row).leftGroups ?? [])])))
    const leftGroups = [...all].filter((id) => !ids.includes(id) || this.wanted.order !== '')
    return leftGroups.length === 0 ? {} : { leftGroups }
  }

  /** A part as it begins. That the process before died, which may be of a message, is told on. */
  #part(id: string, row: Row | undefined, old: readonly (Row | undefined)[], saved: SavedProgress): Row {
    const abandoned = old.find((one) => typeof one?.owner === 'string')
    const token = Math.max(0, ...[...old, row].map((one) => Number(one?.token ?? 0)))
    const state = old.some((one) => one?.state === 'paused') ? 'paused' : 'running'
    const lease = { owner: abandoned?.owner ?? null, expires_at: abandoned?.expires_at ?? null }
    return { signal: null, ...row, id, token, state, ...lease, saved: saved as unknown as NonNullable<Row[string]> }
  }

  #directory(row: Row | undefined): Row {
    const { parts, order } = this.wanted
    const saved = { parts, ...(order === '' ? {} : { order }) }
    return { ...retired({ signal: null, token: 0, ...row, id: this.#subscription }), saved }
  }
}

function retired(row: Row): Row {
  return { ...row, state: RETIRED, owner: null, expires_at: null, saved: null }
}

function update(row: Row): RowUpdate {
  return { table: WORKER_TABLE, id: row.id as string, expectedVersion: (row.version as number) - 1, row }
}

function isHeld(row: Row | undefined, now: Date): boolean {
  return typeof row?.owner === 'string' && (row.expires_at as Date) > now
}

/** The cursors of a part in a log: of this source, or, where those are others in another order, of all that are of its store. */
function cursorsOf(row: Row | undefined, log: LogSource, isSameOrder: boolean): readonly (string | undefined)[] {
  const { cursors = {} } = savedIn(row)
  if (isSameOrder) return [cursors[log.key]]
  const ofStore = Object.keys(cursors).filter((key) => key.startsWith(`${log.store.name}|`))
  return ofStore.length === 0 ? [undefined] : ofStore.map((key) => cursors[key])
}

/** Undefined for the beginning. */
function earliest(store: EventStore, cursors: readonly (string | undefined)[]): string | undefined {
  let first: string | undefined
  for (const cursor of cursors) {
    if (cursor === undefined) return undefined
    if (first === undefined || store.isAfter(first, cursor)) first = cursor
  }
  return first
}

async function placeOf(
  { id }: Message,
  logs: readonly LogSource[],
): Promise<{ readonly store: EventStore; readonly cursor: string } | undefined> {
  for (const store of new Set(logs.map((log) => log.store))) {
    const cursor = (await store.find(id))?.stored?.cursor
    if (cursor !== undefined) return { store, cursor }
  }
  return undefined
}

function waiting(unit: string, failure: FailureRecord, mark: Mark): Lane {
  const lane = new Lane(unit)
  lane.mark(failure.stream, mark)
  lane.failure = failure
  return lane
}
