import { PostgresDatabase } from '../../../src/adapters/postgres/database.ts'
import { loadDriver } from '../../../src/adapters/postgres/driver.ts'
import { PoolClient } from '../../../src/adapters/postgres/pool-client.ts'
import { postgresDialect } from '../../../src/adapters/postgres/postgres-dialect.ts'
import { poolOptions } from '../../../src/adapters/postgres/settings.ts'
import type { Statement } from '../../../src/adapters/sql/statement.ts'
import { conformanceClusters } from '../../../src/testing/conformance/schemas.ts'
import { systemTimers } from '../../../src/util/runtime/timers.ts'
import { turn } from '../../../src/util/runtime/turn.ts'
import type { TestServer } from '../../support/postgres.ts'
import { CountingClient } from './counting-client.ts'

/** A PostgreSQL database with tables, of which is known what it sends, and which can be made to gather what goes out together. */
export class GatheredDatabase {
  readonly database: PostgresDatabase
  readonly client: CountingClient
  readonly schema: string

  constructor(server: TestServer) {
    this.schema = server.schema()
    const pool = poolOptions('test', { databaseUri: server.uri, schema: this.schema })
    this.client = new CountingClient(new PoolClient({ pool, load: () => loadDriver('test') }))
    this.database = new PostgresDatabase({
      name: 'test',
      provider: 'postgresql',
      client: this.client,
      dialect: postgresDialect(),
      timers: systemTimers,
      schema: this.schema,
      durable: true,
    })
  }

  async open(): Promise<void> {
    await this.database.open()
    await this.database.createArtifacts(conformanceClusters)
  }

  /** Holds up what goes out first, until all that the action begins has had time to gather; gives what went out after that. */
  async gather<Result>(first: () => Promise<unknown>, action: () => readonly Promise<Result>[]) {
    let release = () => undefined as void
    const held = new Promise<void>((resolve) => {
      release = resolve
    })
    this.client.before = () => held
    const before = first()
    // What comes at one moment goes out together.
    for (let turns = 0; turns < 3; turns += 1) await turn()
    this.client.before = async () => undefined
    const outcomes = Promise.allSettled(action())
    await turn()
    const sent = this.client.flushes.length
    release()
    await before
    return { outcomes: await outcomes, flushes: this.client.flushes.slice(sent) as readonly (readonly Statement[])[] }
  }
}
