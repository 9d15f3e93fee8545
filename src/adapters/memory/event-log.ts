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
  /** Most correlations are of one or two messages, so that the first one has no list. */
  readonly #byCorrelation = new Map<string, LogEntry | LogEntry[]>()
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
    const found = this.#byCorrelation.get(id)
    if (found === undefined) return NONE
    return Array.isArray(found) ? found : [found]
  }

  byId(id: string): LogEntry | undefined {
    return this.#byId.get(id)
  }

  streamIds(category: string): Iterable<string> {
    return this.#streamIds.get(category) ?? []
  }

  /** Makes messages readable. They come from an `AppendPlan` of this very moment: nothing is checked again. */
  commit(planned: readonly PlannedEntry[]): void {
    for (const { stream, category, position, data, metadata } of planned) {
      const entry = { sequence: this.#all.length + 1, stream, category, position, data, metadata }
      this.#all.push(entry)
      push(this.#byStream, entry.stream, entry)
      push(this.#byCategory, entry.category, entry)
      this.#byId.set(entry.metadata.headers.id, entry)
      this.#correlate(entry)
      if (entry.position === 0 && entry.stream.includes('-')) this.#noteStream(entry)
    }
    if (planned.length > 0 && !this.listeners.isEmpty) this.listeners.notify(planned.map((entry) => entry.category))
  }

  clear(): void {
    this.#all = []
    for (const index of [this.#byStream, this.#byCategory, this.#byId, this.#byCorrelation, this.#streamIds]) index.clear()
  }

  #correlate(entry: LogEntry): void {
    const { correlationId } = entry.metadata.domain
    if (correlationId === undefined) return
    const found = this.#byCorrelation.get(correlationId)
    if (found === undefined) this.#byCorrelation.set(correlationId, entry)
    else if (Array.isArray(found)) found.push(entry)
    else this.#byCorrelation.set(correlationId, [found, entry])
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
