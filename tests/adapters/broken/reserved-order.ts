import type { StreamAppend } from '../../../src/ports/change-set.ts'
import type { Database, Transaction } from '../../../src/ports/database.ts'
import type { EventStore, LogPage, LogRead } from '../../../src/ports/event-store.ts'
import type { DatabaseHarness, EventStoreHarness } from '../../../src/testing/conformance/index.ts'
import { memoryDatabase, memoryEventStore } from '../support/memory-harness.ts'
import { overriding } from './defect.ts'

/**
 * The mistake that a plain sequence in a database makes: a message gets its place in the log when it is written, but shows only when it is committed.
 * Whoever has read past that place by then never sees it.
 */
export class ReservedOrder {
  readonly #places = new Map<string, number>()

  reserve(appends: readonly StreamAppend[]): void {
    for (const { messages } of appends)
      for (const { id } of messages) if (!this.#places.has(id)) this.#places.set(id, this.#places.size + 1)
  }

  events(inner: EventStore): EventStore {
    const everything = { limit: Number.MAX_SAFE_INTEGER }
    return overriding<EventStore>(inner, {
      append: async (appends) => {
        this.reserve(appends)
        // The longer the append, the later its commit.
        for (let turn = 0; turn < 7 * appends.flatMap(({ messages }) => messages).length; turn += 1) await Promise.resolve()
        return inner.append(appends)
      },
      readAll: async (read) => this.#page(await inner.readAll(everything), read),
      readCategory: async (category, read) => this.#page(await inner.readCategory(category, everything), read),
    })
  }

  eventStore(): EventStoreHarness {
    const { events, dispose } = memoryEventStore()
    return { events: this.events(events), dispose }
  }

  database(): DatabaseHarness {
    const { database: inner, dispose } = memoryDatabase()
    const database = overriding<Database>(inner, {
      events: this.events(inner.events) as typeof inner.events,
      commit: (changes) => {
        this.reserve(changes.appends)
        return inner.commit(changes)
      },
      begin: async () => {
        const transaction = await inner.begin()
        return overriding<Transaction>(transaction, {
          apply: (changes) => {
            this.reserve(changes.appends)
            return transaction.apply(changes)
          },
        })
      },
    })
    return { database, dispose }
  }

  #page({ messages }: LogPage, { after, limit, types }: LogRead): LogPage {
    const placeOf = (id: string) => this.#places.get(id) ?? 0
    const following = messages
      .filter((message) => placeOf(message.id) > Number(after ?? 0) && (types === undefined || types.includes(message.type)))
      .sort((left, right) => placeOf(left.id) - placeOf(right.id))
      .slice(0, limit)
    const last = following.at(-1)
    return { messages: following, cursor: last === undefined ? after : String(placeOf(last.id)) }
  }
}
