import { createDatabase } from '../../../src/adapters/pglite/create-database.ts'
import type { PgliteDriver, PgliteInstance } from '../../../src/adapters/pglite/driver.ts'
import { loadDriver } from '../../../src/adapters/pglite/driver.ts'
import type { PostgresDatabase } from '../../../src/adapters/postgres/database.ts'
import { systemTimers } from '../../../src/util/runtime/timers.ts'

/**
 * Makes databases that take turns on a few instances: starting one takes seconds. Each has an instance for itself while it is open, and a schema of its own.
 */
export class PgliteInstances {
  readonly #idle: PgliteInstance[] = []
  readonly #all: PgliteInstance[] = []
  #driver: PgliteDriver | undefined
  #made = 0

  database(): { readonly database: PostgresDatabase; dispose(): Promise<void> } {
    const load = async (): Promise<PgliteDriver> => {
      const driver = await this.#load()
      return { PGlite: { create: () => this.#borrow(driver) }, protocol: driver.protocol }
    }
    this.#made += 1
    const settings = { databaseUri: 'pglite://', schema: `test_${this.#made}` }
    const database = createDatabase({ name: 'test', settings, timers: systemTimers }, load)
    return { database, dispose: () => database.close() }
  }

  /** Starts some before they are needed, for a test's own time would not do. */
  async start(count: number): Promise<void> {
    const driver = await this.#load()
    while (this.#all.length < count) this.#idle.push(await this.#create(driver))
  }

  async close(): Promise<void> {
    for (const instance of this.#all) await instance.close()
  }

  async #load(): Promise<PgliteDriver> {
    this.#driver ??= await loadDriver('test')
    return this.#driver
  }

  async #create(driver: PgliteDriver): Promise<PgliteInstance> {
    const instance = await driver.PGlite.create({})
    this.#all.push(instance)
    return instance
  }

  async #borrow(driver: PgliteDriver): Promise<PgliteInstance> {
    const instance = this.#idle.pop() ?? (await this.#create(driver))
    return {
      execProtocol: instance.execProtocol.bind(instance),
      close: async () => {
        // What the end of a connection does, where there is to be no new one.
        await instance.execProtocol(simpleQuery('DISCARD ALL'), { throwOnError: false })
        this.#idle.push(instance)
      },
    }
  }
}

function simpleQuery(text: string): Uint8Array {
  const message = Buffer.from(`Q\0\0\0\0${text}\0`)
  message.writeInt32BE(message.length - 1, 1)
  return message
}
