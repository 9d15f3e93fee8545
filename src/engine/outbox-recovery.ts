import type { Database } from '../ports/database.ts'
import type { EventForwarder } from '../unit-of-work/event-forwarder.ts'
import type { Hold, Worker, WorkerProgress } from './worker.ts'

/**
 * Brings to an event store of its own what a process has committed in a database and did not live to bring there. Whoever commits brings it at once, so there is
 * nothing to do here as a rule, and to try what another is about to bring does no harm: the event store takes a message once.
 */
export class OutboxRecovery implements Worker {
  readonly name: string
  readonly home: Database
  readonly isPolled = true
  readonly nextDue = undefined
  readonly #forwarder: EventForwarder

  constructor(home: Database, forwarder: EventForwarder) {
    this.name = `events:${home.name}`
    this.home = home
    this.#forwarder = forwarder
  }

  async start(_hold: Hold): Promise<void> {}

  async pass(): Promise<number> {
    await this.#forwarder.recover([this.home])
    return 0
  }

  async settled(): Promise<void> {}

  async stop(): Promise<void> {}

  async reload(): Promise<void> {}

  async status(): Promise<WorkerProgress> {
    const lag = await this.#forwarder.waiting(this.home)
    return { lag, atLeast: false, oldestMs: undefined, waitingStreams: 0, deadLetters: 0 }
  }
}
