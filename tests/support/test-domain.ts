import type { InitOptions } from 'proteanjs'
import { Domain } from 'proteanjs'
import { afterAll } from 'vitest'

const opened = new Set<Domain>()

afterAll(async () => {
  for (const domain of opened) await domain.close()
  opened.clear()
})

/** Entries for `databases.default`, by the value of PROTEAN_TEST_DATABASE. */
const entries: Readonly<Record<string, Record<string, unknown>>> = {
  memory: { provider: 'memory' },
  sqlite: { provider: 'sqlite', databaseUri: 'sqlite:///:memory:' },
}

/** A domain on the database that PROTEAN_TEST_DATABASE names, memory when it names none, with its tables there and empty after every `init()`. */
export class TestDomain extends Domain {
  override async init(options?: InitOptions): Promise<void> {
    const name = process.env.PROTEAN_TEST_DATABASE ?? 'memory'
    const entry = entries[name]
    if (entry === undefined) throw new Error(`PROTEAN_TEST_DATABASE is ${name}, but there are ${Object.keys(entries).join(', ')}.`)
    await this.close()
    this.config.databases.default = { ...entry }
    await super.init(options)
    opened.add(this)
    for (const provider of this.providers.values()) {
      await provider.createDatabaseArtifacts()
      await provider.resetData()
    }
  }
}
