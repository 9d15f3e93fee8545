import { DatabaseError, ExpectedVersionError } from '../../errors.ts'
import type { StreamAppend } from '../../ports/change-set.ts'
import type { EventLog, PlannedEntry } from './event-log.ts'

/** Appends on their way to the log, checked against it and against each other. */
export class AppendPlan {
  readonly #log: EventLog
  readonly #entries: PlannedEntry[] = []
  #ids: Set<string> | undefined
  #positions: Map<string, number> | undefined

  constructor(log: EventLog) {
    this.#log = log
  }

  get entries(): readonly PlannedEntry[] {
    return this.#entries
  }

  /** Position of the last message of each stream appended to. */
  get positions(): ReadonlyMap<string, number> {
    return this.#positions ?? NO_POSITIONS
  }

  /** Takes messages that `checkAppends` has let pass and that are the store's own (`keptMessage`). */
  add(append: StreamAppend): void {
    const { stream, category, expectedVersion } = append
    if (append.messages.length === 0) return
    this.#ids ??= new Set()
    this.#positions ??= new Map()
    let position = this.#positions.get(stream) ?? this.#log.lastPosition(stream)
    if (expectedVersion !== undefined && expectedVersion !== position) throw new ExpectedVersionError(stream, expectedVersion, position)
    for (const { id, data, metadata } of append.messages) {
      if (this.#ids.has(id) || this.#log.byId(id) !== undefined) {
        throw new DatabaseError(`Message ${id} is stored already: every message needs an id of its own.`, { code: 'DUPLICATE_MESSAGE' })
      }
      position += 1
      this.#ids.add(id)
      this.#entries.push({ stream, category, position, data, metadata })
    }
    this.#positions.set(stream, position)
  }
}

const NO_POSITIONS: ReadonlyMap<string, number> = new Map()
