import type { Metadata } from '../../messaging/metadata.ts'
import { AppendListeners } from '../../ports/append-listeners.ts'
import type { JsonObject } from '../../util/json.ts'
import { EntryIndex } from './entry-index.ts'

/** A message as the log keeps it; `sequence` numbers all of them from 1, in the order of their commits. */
export interface LogEntry {
  readonly sequence: number
  readonly stream: string
  readonly category: string
  readonly position: number
  readonly data: JsonObject
  readonly metadata: Metadata
}

/** A message whose place in its stream is known, but not yet when it will be committed. */
export type PlannedEntry = Omit<LogEntry, 'sequence'>

/** Committed messages with an index for every way in which they are read, so that appending and reading cost what is appended or read. */
export class EventLog {
  readonly listeners = new AppendListeners()
  #all: LogEntry[] = []
  readonly #byStream = new EntryIndex<LogEntry>()
  readonly #byCategory = new EntryIndex<LogEntry>()
  readonly #byCorrelation = new EntryIndex<LogEntry>()
  readonly #byId = new Map<string, LogEntry>()

  get all(): readonly LogEntry[] {
    return this.#all
  }

  stream(name: string): readonly LogEntry[] {
    return this.#byStream.get(name)
  }

  /** Position of the last message of a stream, -1 for none. */
  lastPosition(stream: string): number {
    return this.#byStream.count(stream) - 1
  }

  category(name: string): readonly LogEntry[] {
    return this.#byCategory.get(name)
  }

  correlation(id: string): readonly LogEntry[] {
    return this.#byCorrelation.get(id)
  }

  byId(id: string): LogEntry | undefined {
    return this.#byId.get(id)
  }

  *streamIds(category: string): Iterable<string> {
    for (const { position, stream } of this.category(category)) {
      if (position === 0 && stream.includes('-')) yield stream.slice(stream.indexOf('-') + 1)
    }
  }

  /** Makes messages readable. They come from an `AppendPlan` of this very moment: nothing is checked again. */
  commit(planned: readonly PlannedEntry[]): void {
    for (const { stream, category, position, data, metadata } of planned) {
      const entry = { sequence: this.#all.length + 1, stream, category, position, data, metadata }
      const { correlationId } = metadata.domain
      this.#all.push(entry)
      this.#byStream.add(stream, entry)
      this.#byCategory.add(category, entry)
      this.#byId.set(metadata.headers.id, entry)
      if (correlationId !== undefined) this.#byCorrelation.add(correlationId, entry)
    }
    if (planned.length > 0 && !this.listeners.isEmpty) this.listeners.notify(planned.map((entry) => entry.category))
  }

  clear(): void {
    this.#all = []
    for (const index of [this.#byStream, this.#byCategory, this.#byCorrelation, this.#byId]) index.clear()
  }
}
