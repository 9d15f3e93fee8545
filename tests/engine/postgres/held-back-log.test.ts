import { Domain, Engine } from 'proteanjs'
import { expect, test } from 'vitest'
import { declareLedger } from '../../support/ledger-domain.ts'
import { describePostgres } from '../../support/postgres.ts'
import { configFor } from './ledger-config.ts'

describePostgres('an engine in test mode on a server that others use too', (server) => {
  test('does not take for nothing to do what a transaction of somebody else keeps from being read', async () => {
    const domain = new Domain('ledger', { config: configFor(server.uri, server.schema()) })
    const { Enter, balanceOf } = declareLedger(domain)
    await domain.init()
    try {
      await domain.providers.get('default')?.createDatabaseArtifacts()
      await server.admin('BEGIN')
      await server.admin('SELECT pg_current_xact_id()')
      await domain.process(new Enter({ account: 'a', amount: 7 }), { asynchronous: true })
      const run = new Engine(domain, { testMode: true }).run()
      const waiting = "SELECT count(*)::int AS waits FROM pg_stat_activity WHERE query LIKE '%pg_sleep%' AND pid <> pg_backend_pid()"
      // A transaction sees what others do as it was when it first looked, unless it asks for a new look.
      const waits = async () => {
        await server.admin('SELECT pg_stat_clear_snapshot()')
        return (await server.admin(waiting))[0]?.waits
      }
      await expect.poll(waits).toBeGreaterThan(0)
      await server.admin('COMMIT')
      await run
      expect(await balanceOf('a')).toEqual([7])
    } finally {
      await domain.close()
    }
  })
})
