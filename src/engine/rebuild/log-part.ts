import type { Message } from '../../messaging/message.ts'
import { categoryOf } from '../../messaging/stream-name.ts'
import type { EventStore } from '../../ports/event-store.ts'
import type { LogSource, SourcePage } from '../message-source.ts'

/** What one event store has for a projection, in the order of its log. */
export class LogPart {
  /** What its cursor is saved under. */
  readonly key: string
  readonly store: EventStore
  /** Undefined where all are wanted. */
  readonly types: readonly string[] | undefined
  readonly #categories: ReadonlySet<string>

  constructor(store: EventStore, sources: readonly LogSource[]) {
    this.key = store.name
    this.store = store
    this.#categories = new Set(sources.map(({ category }) => category))
    this.types = sources.some(({ types }) => types === undefined)
      ? undefined
      : [...new Set(sources.flatMap(({ types }) => types ?? []))].sort()
  }

  /** `isEnd`: nothing more was there when it was read. */
  async read(after: string | undefined, limit: number): Promise<SourcePage & { readonly isEnd: boolean }> {
    const read = { after, limit, types: this.types }
    const [only] = this.#categories
    const { messages, cursor } =
      this.#categories.size === 1 && only !== undefined && only !== '$all'
        ? await this.store.readCategory(only, read)
        : await this.store.readAll(read)
    return { messages: messages.filter((message) => this.#wants(message)), cursor, isEnd: messages.length < limit }
  }

  #wants({ stream }: Message): boolean {
    const category = categoryOf(stream)
    return this.#categories.has('$all') || this.#categories.has(category)
  }
}
