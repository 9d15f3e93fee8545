import type { Message } from '../../messaging/message.ts'
import type { Partition } from '../../messaging/partition.ts'
import type { Cursor, EventStore, LogPage, LogRead } from '../../ports/event-store.ts'

/** Messages may take a moment to show in a category: so many empty pages, each a round trip, are put up with. */
const PATIENCE = 3000

export interface FollowOptions {
  /** Everything, when left out. */
  readonly category?: string | undefined
  readonly types?: readonly string[] | undefined
  readonly partition?: Partition | undefined
  readonly pageSize?: number | undefined
  readonly after?: Cursor | undefined
}

/** Follows the cursors of a log, page by page. */
export class LogFollower {
  readonly messages: Message[] = []
  cursor: Cursor | undefined
  readonly #read: (read: LogRead) => Promise<LogPage>
  readonly #options: FollowOptions

  constructor(events: EventStore, options: FollowOptions = {}) {
    const { category } = options
    this.#read = (read) => (category === undefined ? events.readAll(read) : events.readCategory(category, read))
    this.#options = options
    this.cursor = options.after
  }

  /** Reads one page; gives how many messages were on it. */
  async poll(): Promise<number> {
    const { types, partition, pageSize = 7 } = this.#options
    const page = await this.#read({ after: this.cursor, limit: pageSize, types, partition })
    this.messages.push(...page.messages)
    this.cursor = page.cursor
    return page.messages.length
  }

  /** Reads on until it has had so many messages, and then until there are no more; not for ever where the same ones come again and again. */
  async until(count: () => number): Promise<readonly Message[]> {
    for (let empty = 0; empty < PATIENCE && this.messages.length < 2 * count() + PATIENCE; ) {
      const read = await this.poll()
      if (read > 0) empty = 0
      else if (this.messages.length >= count()) break
      else empty += 1
    }
    return this.messages
  }
}

/** Everything in a category, or in the whole log, once there are so many. */
export async function readToEnd(events: EventStore, count: number, options?: FollowOptions): Promise<readonly Message[]> {
  return new LogFollower(events, options).until(() => count)
}
