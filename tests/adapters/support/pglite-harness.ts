import { createDatabase } from '../../../src/adapters/pglite/create-database.ts'
import type { PgliteDriver, PgliteInstance } from '../../../src/adapters/pglite/driver.ts'
import { loadDriver } from '../../../src/adapters/pglite/driver.ts'
import type { PostgresDatabase } from '../../../src/adapters/postgres/database.ts'
import type { StatementFeed } from '../../../src/ports/statement-feed.ts'
import { systemTimers } from '../../../src/util/runtime/timers.ts'

/** What has been started, of which the idle ones can be used. */
export interface RunningInstances {
  readonly idle: PgliteInstance[]
  readonly all: PgliteInstance[]
}

export interface PgliteTestOptions {
  readonly name?: string
  readonly statements?: StatementFeed | undefined
  /** One that stays until `dropSchemas`, for databases that are opened again and again. */
  readonly schema?: string | undefined
}

/**
 * Makes databases that take turns on a few instances: starting one takes seconds. Each has an instance for itself while it is open, and a schema of its own,
 * which goes when it is closed.
 */
export class PgliteInstances {
  readonly #running: RunningInstances
  #driver: PgliteDriver | undefined
  readonly #kept = new Set<string>()
  #made = 0

  constructor(running: RunningInstances = { idle: [], all: [] }) {
    this.#running = running
  }

  database({ name = 'test', statements, schema: given }: PgliteTestOptions = {}): {
    readonly database: PostgresDatabase
    dispose(): Promise<void>
  } {
    const load = async (): Promise<PgliteDriver> => {
      const driver = await this.#load()
      return { PGlite: { create: () => this.#borrow(driver, given === undefined ? schema : undefined) }, protocol: driver.protocol }
    }
    this.#made += 1
    const schema = given ?? `test_${this.#made}`
    if (given !== undefined) this.#kept.add(given)
    const settings = { databaseUri: 'pglite://', schema }
    const database = createDatabase({ name, settings, timers: systemTimers, statements }, load)
    return { database, dispose: () => database.close() }
  }

  /** Starts some before they are needed, for a test's own time would not do. */
  async start(count: number): Promise<void> {
    const driver = await this.#load()
    const { idle, all } = this.#running
    while (all.length < count) idle.push(await this.#create(driver))
  }

  async dropSchemas(): Promise<void> {
    for (const instance of this.#running.idle) for (const schema of this.#kept) await drop(instance, schema)
    this.#kept.clear()
  }

  async close(): Promise<void> {
    this.#running.idle.length = 0
    for (const instance of this.#running.all.splice(0)) await instance.close()
  }

  async #load(): Promise<PgliteDriver> {
    this.#driver ??= await loadDriver('test')
    return this.#driver
  }

  async #create(driver: PgliteDriver): Promise<PgliteInstance> {
    const instance = await driver.PGlite.create({})
    this.#running.all.push(instance)
    return instance
  }

  async #borrow(driver: PgliteDriver, dropped: string | undefined): Promise<PgliteInstance> {
    const instance = this.#running.idle.pop() ?? (await this.#create(driver))
    return {
      execProtocol: instance.execProtocol.bind(instance),
      close: async () => {
        // What the end of a connection does, where there is to be no new one.
        if (dropped !== undefined) await drop(instance, dropped)
        await instance.execProtocol(simpleQuery('DISCARD ALL'), { throwOnError: false })
        this.#running.idle.push(instance)
      },
    }
  }
}

async function drop(instance: PgliteInstance, schema: string): Promise<void> {
  await instance.execProtocol(simpleQuery(`DROP SCHEMA IF EXISTS ${schema} CASCADE`), { throwOnError: false })
}

function simpleQuery(text: string): Uint8Array {
  const message = Buffer.from(`Q\0\0\0\0${text}\0`)
  message.writeInt32BE(message.length - 1, 1)
  return message
}
