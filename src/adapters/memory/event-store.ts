import { IncorrectUsageError } from '../../errors.ts'
import type { Message } from '../../messaging/message.ts'
import { partitionOf } from '../../messaging/partition.ts'
import type { CommitReceipt, StreamAppend } from '../../ports/change-set.ts'
import { NO_CHANGES } from '../../ports/change-set.ts'
import { checkAppends } from '../../ports/check-changes.ts'
import { checkLogRead } from '../../ports/check-log-read.ts'
import type { Cursor, EventStore, LogPage, LogRead, StreamRead } from '../../ports/event-store.ts'
import { OpenState } from '../../ports/open-state.ts'
import { AppendPlan } from './append-plan.ts'
import type { LogEntry } from './event-log.ts'
import { EventLog } from './event-log.ts'
import { keptMessage, readMessage } from './kept-message.ts'
import type { OperationReport } from './operation-report.ts'
import { compareText } from './value-order.ts'

export interface MemoryEventStoreOptions {
  readonly name: string
  /** The log of the database that this store belongs to; one of its own when left out. */
  readonly log?: EventLog
  readonly report?: OperationReport | undefined
}

/**
 * An event store in this process's memory. On its own, or that of a `MemoryDatabase`, whose commits then append to it. What it holds stays while it is
 * closed. A message can be read everywhere as soon as it is committed.
 */
export class MemoryEventStore implements EventStore {
  readonly name: string
  readonly provider = 'memory'
  readonly #log: EventLog
  readonly #state: OpenState
  readonly #report: OperationReport | undefined

  constructor(options: MemoryEventStoreOptions) {
    this.name = options.name
    this.#log = options.log ?? new EventLog()
    this.#report = options.report
    this.#state = new OpenState(`event store "${options.name}" (memory)`)
  }

  async open(): Promise<void> {
    this.#state.open()
  }

  async close(): Promise<void> {
    this.#state.close()
  }

  async isAlive(): Promise<boolean> {
    return this.#state.isOpen
  }

  async append(appends: readonly StreamAppend[]): Promise<CommitReceipt> {
    this.#state.check()
    checkAppends(appends)
    this.#report?.changes({ ...NO_CHANGES, appends })
    const plan = new AppendPlan(this.#log)
    for (const append of appends) plan.add({ ...append, messages: append.messages.map(keptMessage) })
    this.#log.commit(plan.entries)
    return { generated: [], positions: plan.positions }
  }

  async readStream(stream: string, read: StreamRead): Promise<readonly Message[]> {
    this.#state.check()
    this.#report?.log('messages of a stream', stream)
    const from = Math.max(read.from ?? 0, 0)
    const end = Math.min((read.to ?? Number.POSITIVE_INFINITY) + 1, from + Math.max(read.limit, 0))
    return this.#log.stream(stream).slice(from, Math.max(end, from)).map(readMessage)
  }

  async readCategory(category: string, read: LogRead): Promise<LogPage> {
    this.#state.check()
    this.#report?.log('messages of a category', category)
    const entries = this.#log.category(category)
    return pageOf(entries, firstAfter(entries, sequenceOf(read.after)), read)
  }

  async readAll(read: LogRead): Promise<LogPage> {
    this.#state.check()
    this.#report?.log('messages of all streams')
    return pageOf(this.#log.all, sequenceOf(read.after), read)
  }

  async lastMessage(stream: string): Promise<Message | undefined> {
    this.#state.check()
    this.#report?.log('last message of a stream', stream)
    return messageOf(this.#log.stream(stream).at(-1))
  }

  async head(category?: string): Promise<Cursor | undefined> {
    this.#state.check()
    this.#report?.log('end of the log')
    const last = (category === undefined ? this.#log.all : this.#log.category(category)).at(-1)
    return last === undefined ? undefined : String(last.sequence)
  }

  /** What is committed can be read at once. */
  async settle(): Promise<void> {
    this.#state.check()
  }

  isAfter(cursor: Cursor, other: Cursor): boolean {
    return sequenceOf(cursor) > sequenceOf(other)
  }

  before(cursor: Cursor): Cursor | undefined {
    const place = sequenceOf(cursor) - 1
    return place === 0 ? undefined : String(place)
  }

  async find(messageId: string): Promise<Message | undefined> {
    this.#state.check()
    this.#report?.log('message by its id', messageId)
    return messageOf(this.#log.byId(messageId))
  }

  async correlated(correlationId: string): Promise<readonly Message[]> {
    this.#state.check()
    this.#report?.log('messages of a correlation', correlationId)
    return this.#log.correlation(correlationId).map(readMessage)
  }

  async streamIds(category: string): Promise<readonly string[]> {
    this.#state.check()
    this.#report?.log('streams of a category', category)
    return [...this.#log.streamIds(category)].sort(compareText)
  }

  onAppend(listener: (categories: readonly string[]) => void): () => void {
    return this.#log.listeners.add(listener)
  }

  async createArtifacts(): Promise<void> {
    this.#state.check()
  }

  async dropArtifacts(): Promise<void> {
    this.#state.check()
    this.#log.clear()
  }

  async resetData(): Promise<void> {
    this.#state.check()
    this.#log.clear()
  }
}

function messageOf(entry: LogEntry | undefined): Message | undefined {
  return entry === undefined ? undefined : readMessage(entry)
}

function pageOf(entries: readonly LogEntry[], start: number, read: LogRead): LogPage {
  checkLogRead(read)
  const messages: Message[] = []
  let at = start
  for (; at < entries.length && messages.length < read.limit; at += 1) {
    const entry = entries[at]
    if (entry !== undefined && isWanted(entry, read)) messages.push(readMessage(entry))
  }
  const last = at > start ? entries[at - 1] : undefined
  return { messages, cursor: last === undefined ? read.after : String(last.sequence) }
}

function isWanted({ stream, metadata }: LogEntry, { types, partition }: LogRead): boolean {
  if (types !== undefined && !types.includes(metadata.headers.type)) return false
  return partition === undefined || partitionOf(stream, partition.count) === partition.index
}

/** Place of the first entry with a higher sequence, by halving: entries are in that order. */
function firstAfter(entries: readonly LogEntry[], sequence: number): number {
  let low = 0
  let high = entries.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((entries[middle]?.sequence ?? 0) > sequence) high = middle
    else low = middle + 1
  }
  return low
}

function sequenceOf(cursor: Cursor | undefined): number {
  if (cursor === undefined) return 0
  const sequence = Number(cursor)
  if (Number.isSafeInteger(sequence) && sequence > 0) return sequence
  throw new IncorrectUsageError(`"${cursor}" is no cursor of this event store: hand back one that it gave.`, { code: 'INVALID_CURSOR' })
}
