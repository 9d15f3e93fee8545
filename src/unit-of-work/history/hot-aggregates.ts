import type { Tracked } from '../../model/entity-state.ts'
import { stateOf } from '../../model/entity-state.ts'

/**
 * The aggregates that were saved or read last, by stream: the next read of one begins where it stands, with the events since. Whoever takes one from here
 * makes a copy, and believes it only if the stream has its last event at its version: it may be older than the stream, or about to be saved.
 */
export class HotAggregates {
  readonly #size: () => number
  /** In the order of their last use. */
  readonly #entities = new Map<string, Tracked>()

  constructor(size: () => number) {
    this.#size = size
  }

  get isOn(): boolean {
    return this.#size() > 0
  }

  get(stream: string): Tracked | undefined {
    const entity = this.#entities.get(stream)
    if (entity === undefined) return undefined
    const { version, events } = stateOf(entity)
    // Somebody goes on with the very object: it shows what may never be stored.
    if (version === -1 || events.length > 0) return undefined
    this.#entities.delete(stream)
    this.#entities.set(stream, entity)
    return entity
  }

  put(stream: string, entity: Tracked): void {
    if (!this.isOn) return
    this.#entities.delete(stream)
    this.#entities.set(stream, entity)
    if (this.#entities.size <= this.#size()) return
    const { value: eldest } = this.#entities.keys().next()
    if (eldest !== undefined) this.#entities.delete(eldest)
  }

  clear(): void {
    this.#entities.clear()
  }
}
