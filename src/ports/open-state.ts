import { DatabaseError } from '../errors.ts'

/** Whether a resource is open. Closing ends everything that was begun in that session, also if it is opened again. */
export class OpenState {
  readonly #resource: string
  #open = false
  #session = 0

  /** `resource` names it in messages: `database "default" (memory)`. */
  constructor(resource: string) {
    this.#resource = resource
  }

  get isOpen(): boolean {
    return this.#open
  }

  /** Number of the session that is running or was the last to run. */
  get session(): number {
    return this.#session
  }

  open(): void {
    if (!this.#open) this.#session += 1
    this.#open = true
  }

  close(): void {
    this.#open = false
  }

  /** Fails unless it is open, and, when a session is given, has been since that one began. */
  check(session = this.#session): void {
    if (!this.#open) throw new DatabaseError(`The ${this.#resource} is not open: call open() first.`, { code: 'NOT_OPEN' })
    if (session !== this.#session)
      throw new DatabaseError(`The ${this.#resource} was closed in the meantime: begin again.`, { code: 'NOT_OPEN' })
  }
}
