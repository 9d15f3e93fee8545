import type { Clock } from '../util/runtime/clock.ts'

export type CircuitState = 'closed' | 'open' | 'half-open'

/**
 * Pauses a subscription of which nothing succeeds any more: after so many failures in a row, whichever messages they were, nothing is handled for a while,
 * then one message; it decides. Asked before every single message.
 */
export class CircuitBreaker {
  readonly #clock: Clock
  readonly #threshold: number
  readonly #resetMs: number
  #failures = 0
  #openUntil: number | undefined
  #trying = false
  /** Since it was opened last. */
  #hasTried = false

  constructor(clock: Clock, policy: { readonly circuitBreakerThreshold: number; readonly circuitBreakerResetSeconds: number }) {
    this.#clock = clock
    this.#threshold = policy.circuitBreakerThreshold
    this.#resetMs = policy.circuitBreakerResetSeconds * 1000
  }

  get state(): CircuitState {
    if (this.#openUntil === undefined) return 'closed'
    return this.#clock.now().getTime() < this.#openUntil ? 'open' : 'half-open'
  }

  /** Whether a message may be handled now. Half open, that is one at a time. */
  get allows(): boolean {
    const { state } = this
    return state === 'closed' || (state === 'half-open' && !this.#trying)
  }

  /** When it will be half open; undefined while it is not open. */
  get opensAgain(): Date | undefined {
    return this.state === 'open' ? new Date(this.#openUntil as number) : undefined
  }

  /** Notes that a message is being handled, and gives the new state when it is the first that is tried after a pause. */
  begin(): CircuitState | undefined {
    if (this.state !== 'half-open') return undefined
    const isFirst = !this.#hasTried
    this.#trying = true
    this.#hasTried = true
    return isFirst ? 'half-open' : undefined
  }

  /** What was tried came to no verdict, because it was nothing to handle or could not be written down: the next one decides. */
  leave(): void {
    this.#trying = false
  }

  /** Notes how a message went, and gives the new state when that has changed it. */
  end(succeeded: boolean): CircuitState | undefined {
    const before = this.#openUntil === undefined ? 'closed' : 'open'
    this.#trying = false
    if (succeeded) {
      this.#failures = 0
      this.#openUntil = undefined
      return before === 'open' ? 'closed' : undefined
    }
    this.#failures += 1
    if (before === 'closed' && this.#failures < this.#threshold) return undefined
    this.#openUntil = this.#clock.now().getTime() + this.#resetMs
    this.#hasTried = false
    return 'open'
  }
}
