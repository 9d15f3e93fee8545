import { createDatabase } from '../../../src/adapters/pglite/create-database.ts'
import type { PgliteDriver, PgliteInstance } from '../../../src/adapters/pglite/driver.ts'
import { loadDriver } from '../../../src/adapters/pglite/driver.ts'
import type { PostgresDatabase } from '../../../src/adapters/postgres/database.ts'
import { systemTimers } from '../../../src/util/runtime/timers.ts'

/**
 * Makes databases that take turns on a few instances: starting one takes seconds. Each has an instance for itself while it is open, in a schema of its own.
 */
export class PgliteInstances {
  readonly #idle: PgliteInstance[] = []
  readonly #all: PgliteInstance[] = []
  #driver: PgliteDriver | undefined
  #made = 0

  database(): { readonly database: PostgresDatabase; dispose(): Promise<void> } {
    let own: PgliteInstance | undefined
    const load = async (): Promise<PgliteDriver> => {
      this.#driver ??= await loadDriver('test')
      const driver = this.#driver
      const create = async (options: Readonly<Record<string, unknown>>) => {
        own ??= this.#idle.pop() ?? (await this.#start(driver, options))
        const instance = own
        // What the end of a connection does, where there is to be no new one.
        const close = async () => void (await instance.execProtocol(simpleQuery('DISCARD ALL'), { throwOnError: false }))
        return { execProtocol: instance.execProtocol.bind(instance), close }
      }
      return { PGlite: { create }, protocol: driver.protocol }
    }
    this.#made += 1
    const schema = `test_${this.#made}`
    const database = createDatabase({ name: 'test', settings: { databaseUri: 'pglite://', schema }, timers: systemTimers }, load)
    return {
      database,
      dispose: async () => {
        await database.close()
        if (own !== undefined) this.#idle.push(own)
        own = undefined
      },
    }
  }

  async close(): Promise<void> {
    for (const instance of this.#all) await instance.close()
  }

  async #start(driver: PgliteDriver, options: Readonly<Record<string, unknown>>): Promise<PgliteInstance> {
    const instance = await driver.PGlite.create(options)
    this.#all.push(instance)
    return instance
  }
}

function simpleQuery(text: string): Uint8Array {
  const message = Buffer.from(`Q\0\0\0\0${text}\0`)
  message.writeInt32BE(message.length - 1, 1)
  return message
}
