import type { InitOptions } from 'proteanjs'
import { Domain } from 'proteanjs'
import { afterAll, afterEach, beforeAll } from 'vitest'
import { instances } from './pglite-provider.ts'
import { RunningServer, startServer } from './postgres.ts'

interface TestDatabase {
  /** Entry for `databases.default` of one domain. */
  entry(): Promise<Record<string, unknown>>
  beforeAll?(): Promise<void>
  afterAll?(): Promise<void>
}

let schemas = 0

const DATABASES: Readonly<Record<string, () => TestDatabase>> = {
  memory: () => ({ entry: async () => ({ provider: 'memory' }) }),
  sqlite: () => ({ entry: async () => ({ provider: 'sqlite', databaseUri: 'sqlite:///:memory:' }) }),
  postgresql() {
    let server: RunningServer | undefined
    return {
      async entry() {
        const started = server ?? (await startServer())
        if (!(started instanceof RunningServer)) throw new Error(started.reason)
        server = started
        return { provider: 'postgresql', databaseUri: server.uri, schema: server.schema() }
      },
      afterAll: async () => server?.stop(),
    }
  },
  pglite: () => ({
    async entry() {
      schemas += 1
      return { provider: `${import.meta.dirname}/pglite-provider.ts`, databaseUri: 'pglite://', schema: `domain_${schemas}` }
    },
    // They stay for the next file. Tests of two domains need two.
    beforeAll: () => instances.start(2),
    afterAll: () => instances.dropSchemas(),
  }),
}

const name = process.env.PROTEAN_TEST_DATABASE ?? 'memory'
const make = DATABASES[name]
if (make === undefined) throw new Error(`PROTEAN_TEST_DATABASE is ${name}, but there are ${Object.keys(DATABASES).join(', ')}.`)
const database = make()
const opened = new Set<Domain>()

beforeAll(() => database.beforeAll?.(), 60_000)

afterEach(async () => {
  for (const domain of opened) await domain.close()
  opened.clear()
})

afterAll(() => database.afterAll?.(), 60_000)

/** A domain on the database that PROTEAN_TEST_DATABASE names, memory when it names none, with its tables there and empty after every `init()`. */
export class TestDomain extends Domain {
  #entry: Record<string, unknown> | undefined

  override async init(options?: InitOptions): Promise<void> {
    await this.close()
    this.#entry ??= await database.entry()
    this.config.databases.default = { ...this.#entry }
    await super.init(options)
    opened.add(this)
    for (const provider of this.providers.values()) {
      await provider.createDatabaseArtifacts()
      await provider.resetData()
    }
  }
}
