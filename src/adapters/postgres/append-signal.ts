import { AppendListeners } from '../../ports/append-listeners.ts'
import type { StreamAppend } from '../../ports/change-set.ts'
import type { Timers } from '../../util/runtime/timers.ts'
import type { PostgresClient } from './client.ts'
import { translated } from './errors.ts'
import { Notifier } from './notifier.ts'

/** Says that something was appended: at once to those in this process who listen, and through the server to those in others. */
export class AppendSignal {
  readonly #listeners = new AppendListeners()
  readonly #notifier: Notifier | undefined

  /** `what` names the event store in warnings. */
  constructor(client: PostgresClient, timers: Timers, what: string) {
    this.#notifier =
      client.notifications === undefined
        ? undefined
        : new Notifier({
            connect: () => client.notifications?.() as ReturnType<NonNullable<PostgresClient['notifications']>>,
            heard: (categories) => this.#listeners.notify(categories),
            timers,
            failed: (error) => process.emitWarning(translated(error, what) as Error),
          })
  }

  open(): void {
    this.#notifier?.open()
  }

  async close(): Promise<void> {
    await this.#notifier?.close()
  }

  listen(listener: (categories: readonly string[]) => void): () => void {
    const stop = this.#listeners.add(listener)
    this.#notifier?.listen()
    return stop
  }

  /** To be called after the commit. */
  appended(appends: readonly StreamAppend[]): void {
    const categories = new Set(appends.filter(({ messages }) => messages.length > 0).map(({ category }) => category))
    if (categories.size === 0) return
    this.#listeners.notify(categories)
    this.#notifier?.send(categories)
  }
}
