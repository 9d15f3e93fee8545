import { DatabaseError } from 'proteanjs'
import type { Database, Transaction } from '../../src/ports/database.ts'

const WRITES = ['commit', 'updateWhere', 'deleteWhere', 'createTable', 'dropTable'] as const
const READS = ['load', 'select', 'count', 'exists'] as const

/**
 * Lets the process "die" at one of its writes: that write is done or not, its caller never hears of it, and nothing that the process asks for afterwards
 * is answered, until another process, or the next life of this one, revives the connection.
 */
export class FragileDatabase {
  /** Writes since the last revival. */
  writes = 0
  #dieAt: number | undefined
  #isDone = false
  #isDead = false
  #livesOn = false

  constructor(database: Database) {
    const target = database as unknown as Record<string, (...args: unknown[]) => Promise<unknown>>
    for (const name of WRITES) this.#wrap(target, name, (call) => this.#write(call))
    for (const name of READS) this.#wrap(target, name, (call) => this.#read(call))
    this.#wrap(target, 'begin', async (call) => this.#wrapped((await this.#read(call)) as Transaction))
    const { events } = database
    const store = events as unknown as Record<string, (...args: unknown[]) => Promise<unknown>>
    for (const name of ['readCategory', 'readAll', 'readStream', 'head']) this.#wrap(store, name, (call) => this.#read(call))
  }

  /** Dies at this write, the first being 1; `isDone`: just after it is stored, else just before. */
  dieAt(write: number, isDone: boolean): void {
    this.#dieAt = write
    this.#isDone = isDone
    this.#livesOn = false
  }

  /** Loses the answer to this write, and goes on. */
  stumbleAt(write: number, isDone: boolean): void {
    this.dieAt(write, isDone)
    this.#livesOn = true
  }

  get isDead(): boolean {
    return this.#isDead
  }

  revive(): void {
    this.#isDead = false
    this.#dieAt = undefined
    this.writes = 0
  }

  #wrapped(transaction: Transaction): Transaction {
    const target = transaction as unknown as Record<string, (...args: unknown[]) => Promise<unknown>>
    this.#wrap(target, 'commit', (call) => this.#write(call))
    for (const name of [...READS, 'apply', 'updateWhere', 'deleteWhere']) this.#wrap(target, name, (call) => this.#read(call))
    return transaction
  }

  #wrap(
    target: Record<string, (...args: unknown[]) => Promise<unknown>>,
    name: string,
    around: (call: () => Promise<unknown>) => Promise<unknown>,
  ): void {
    const original = target[name]?.bind(target)
    if (original === undefined) throw new Error(`there is no ${name}`)
    target[name] = (...args) => around(() => original(...args))
  }

  async #read(call: () => Promise<unknown>): Promise<unknown> {
    if (this.#isDead) throw dead()
    return call()
  }

  async #write(call: () => Promise<unknown>): Promise<unknown> {
    if (this.#isDead) throw dead()
    this.writes += 1
    if (this.writes !== this.#dieAt) return call()
    this.#isDead = !this.#livesOn
    // Should it be refused, that is what would have been stored: nothing.
    if (this.#isDone) await call().catch(() => undefined)
    throw dead()
  }
}

function dead(): DatabaseError {
  return new DatabaseError('The process is dead.', { code: 'DATABASE_UNREACHABLE' })
}
