import { Client } from 'pg'
import { Domain, Engine } from 'proteanjs'
import { expect, test } from 'vitest'
import { declareLedger } from '../../support/ledger-domain.ts'
import type { TestServer } from '../../support/postgres.ts'
import { describePostgres } from '../../support/postgres.ts'
import { configFor } from './ledger-config.ts'

describePostgres('an engine in test mode, while a transaction of somebody else keeps the log back', (server) => {
  test('waits until it can read what is committed, and handles it', () =>
    withLedger(server, async ({ domain, Enter, balanceOf }) => {
      const other = await openTransaction(server.uri)
      await domain.process(new Enter({ account: 'a', amount: 1 }))
      const engine = new Engine(domain, { testMode: true })
      const run = engine.run()
      await expect.poll(() => pauses(server), { timeout: 20_000, interval: 5 }).toBeGreaterThan(0)
      expect(await balanceOf('a')).toEqual([])
      await other.end()
      await run
      expect(await balanceOf('a')).toEqual([1])
      expect(engine.failures).toEqual([])
    }))

  test('says so when that takes too long, instead of ending as if nothing were left', { timeout: 60_000 }, () =>
    withLedger(server, async ({ domain, Enter }) => {
      const other = await openTransaction(server.uri)
      await domain.process(new Enter({ account: 'a', amount: 1 }))
      const engine = new Engine(domain, { testMode: true })
      await engine.run()
      await other.end()
      expect(engine.failures).toMatchObject([{ handler: 'engine', error: { code: 'LOG_HELD_BACK' } }])
      expect(engine.exitCode).toBe(1)
    }),
  )
})

async function withLedger(server: TestServer, body: (ledger: ReturnType<typeof declareLedger> & { domain: Domain }) => Promise<void>) {
  const domain = new Domain('ledger', { config: configFor(server.uri, server.schema()) })
  const ledger = declareLedger(domain)
  await domain.init()
  await domain.providers.get('default')?.createDatabaseArtifacts()
  try {
    await body({ ...ledger, domain })
  } finally {
    await domain.close()
  }
}

/** Of a program that has nothing to do with the domain, but for the server. */
async function openTransaction(connectionString: string): Promise<Client> {
  const client = new Client({ connectionString })
  await client.connect()
  await client.query('BEGIN; SELECT pg_current_xact_id()')
  return client
}

/** Looks that wait at this moment. */
async function pauses(server: TestServer): Promise<number> {
  const [row] = await server.admin(
    `SELECT count(*)::int AS count FROM pg_stat_activity WHERE query LIKE 'SELECT pg_sleep($1%' AND state = 'active'`,
  )
  return Number(row?.count)
}
