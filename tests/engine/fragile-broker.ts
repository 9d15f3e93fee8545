import { DatabaseError } from 'proteanjs'
import type { Broker } from '../../src/ports/broker.ts'

const OPERATIONS = ['publish', 'read', 'acknowledge', 'pending', 'claim', 'ensureGroup', 'trim'] as const

/**
 * Lets the process "die" at one of the things that it asks a broker for: that is done or not, its caller never hears of it, and nothing is answered until the
 * next process comes.
 */
export class FragileBroker {
  #calls = 0
  #dieAt: number | undefined
  #isDone = false
  #isDead = false

  constructor(broker: Broker) {
    const target = broker as unknown as Record<string, (...args: unknown[]) => Promise<unknown>>
    for (const name of OPERATIONS) {
      const original = target[name]?.bind(target)
      if (original === undefined) throw new Error(`there is no ${name}`)
      target[name] = (...args) => this.#call(() => original(...args))
    }
  }

  /** Dies at this call, the first being 1; `isDone`: just after it is done, else just before. */
  dieAt(call: number, isDone: boolean): void {
    this.#calls = 0
    this.#dieAt = call
    this.#isDone = isDone
  }

  get isDead(): boolean {
    return this.#isDead
  }

  revive(): void {
    this.#isDead = false
    this.#dieAt = undefined
  }

  async #call(call: () => Promise<unknown>): Promise<unknown> {
    if (this.#isDead) throw dead()
    this.#calls += 1
    if (this.#calls !== this.#dieAt) return call()
    this.#isDead = true
    if (this.#isDone) await call().catch(() => undefined)
    throw dead()
  }
}

function dead(): DatabaseError {
  return new DatabaseError('The process is dead.', { code: 'CONNECTION_FAILED', retryable: true })
}
