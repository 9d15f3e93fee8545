import type { FailureRecord } from '../handlers/failure-record.ts'
import { describeError, failureId } from '../handlers/failure-record.ts'
import type { Message } from '../messaging/message.ts'
import type { Database } from '../ports/database.ts'
import type { Clock } from '../util/runtime/clock.ts'
import { Book } from './book.ts'
import { isRace } from './worker-row.ts'

/** What a relay could not publish, kept as its dead letters: listed, inspected, replayed (published after all), skipped and purged like those of handlers. */
export class AbandonedMessages {
  readonly #name: string
  readonly #book: Book
  readonly #clock: Clock

  /** `id`: of the relay's row. */
  constructor(home: Database, name: string, id: string, clock: Clock) {
    this.#name = name
    this.#book = new Book(home, id, clock)
    this.#clock = clock
  }

  /** May be called again for the same message: by a process that comes after one that died. */
  async keep(message: Message, attempts: number, error: unknown): Promise<void> {
    const { subscription } = this.#book
    const now = this.#clock.now()
    const record: FailureRecord = {
      id: failureId(subscription, message.id),
      subscription,
      handler: this.#name,
      message,
      stream: message.stream,
      position: message.stored?.position ?? 0,
      ...describeError(error),
      attempts,
      status: 'dead',
      dueAt: undefined,
      createdAt: now,
      updatedAt: now,
      version: 0,
    }
    try {
      await this.#book.commit(this.#book.added(record))
    } catch (failure) {
      if (!isRace(failure)) throw failure
    }
  }

  /** What somebody wants to see published after all. */
  replays(): Promise<readonly FailureRecord[]> {
    return this.#book.open()
  }

  async published(record: FailureRecord): Promise<void> {
    await this.#book.commit(this.#book.removed(record, () => undefined))
  }

  async refused(record: FailureRecord, error: unknown): Promise<void> {
    const next = this.#book.next(record, { ...describeError(error), status: 'dead', attempts: record.attempts + 1, dueAt: undefined })
    await this.#book.commit(this.#book.changed(next, () => undefined))
  }

  count(): Promise<number> {
    return this.#book.countDead()
  }
}
