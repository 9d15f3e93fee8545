import type { Metadata } from '../../messaging/metadata.ts'
import { AppendListeners } from '../../ports/append-listeners.ts'
import type { JsonObject } from '../../util/json.ts'

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

const NONE: readonly LogEntry[] = []

/** Committed messages with an index for every way in which they are read, so that appending and reading cost what is appended or read. */
export class EventLog {
  readonly listeners = new AppendListeners()
  #all: LogEntry[] = []
  readonly #byStream = new Map<string, LogEntry[]>()
  readonly #byCategory = new Map<string, LogEntry[]>()
  readonly #byId = new Map<string, LogEntry>()
  readonly #byCorrelation = new Map<string, LogEntry[]>()
  readonly #streamIds = new Map<string, Set<string>>()

  get all(): readonly LogEntry[] {
    return this.#all
  }

  stream(name: string): readonly LogEntry[] {
    return this.#byStream.get(name) ?? NONE
  }

  category(name: string): readonly LogEntry[] {
    return this.#byCategory.get(name) ?? NONE
  }

  correlation(id: string): readonly LogEntry[] {
    return this.#byCorrelation.get(id) ?? NONE
  }

  byId(id: string): LogEntry | undefined {
    return this.#byId.get(id)
  }

  streamIds(category: string): Iterable<string> {
    return this.#streamIds.get(category) ?? []
  }

  /** Makes messages readable. They come from an `AppendPlan` of this very moment: nothing is checked again. */
  commit(planned: readonly PlannedEntry[]): void {
    for (const one of planned) {
      const entry = { ...one, sequence: this.#all.length + 1 }
      this.#all.push(entry)
      push(this.#byStream, entry.stream, entry)
      push(this.#byCategory, entry.category, entry)
      this.#byId.set(entry.metadata.headers.id, entry)
      const correlation = entry.metadata.domain.correlationId
      if (correlation !== undefined) push(this.#byCorrelation, correlation, entry)
      if (entry.position === 0 && entry.stream.includes('-')) this.#noteStream(entry)
    }
    if (planned.length > 0) this.listeners.notify(new Set(planned.map((entry) => entry.category)))
  }

  clear(): void {
    this.#all = []
    for (const index of [this.#byStream, this.#byCategory, this.#byId, this.#byCorrelation, this.#streamIds]) index.clear()
  }

  #noteStream(entry: LogEntry): void {
    const id = entry.stream.slice(entry.stream.indexOf('-') + 1)
    const ids = this.#streamIds.get(entry.category)
    if (ids === undefined) this.#streamIds.set(entry.category, new Set([id]))
    else ids.add(id)
  }
}

function push(index: Map<string, LogEntry[]>, key: string, entry: LogEntry): void {
  const entries = index.get(key)
  if (entries === undefined) index.set(key, [entry])
  else entries.push(entry)
}
