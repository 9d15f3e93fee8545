import { Domain, Engine } from 'proteanjs'
import { expect, test } from 'vitest'
import { declareLedger } from '../../support/ledger-domain.ts'
import { describePostgres } from '../../support/postgres.ts'
import { describeRedis } from '../../support/redis.ts'
import { TcpProxy } from '../../support/tcp-proxy.ts'
import { streamsConfig } from './streams-config.ts'

const PATIENCE = { timeout: 30_000, interval: 20 }

describePostgres('PostgreSQL', (postgres) => {
  describeRedis('and Redis', (redis) => {
    test('status() answers while Redis is away: what only Redis knows is unknown, and known again when it is back', async () => {
      const proxy = new TcpProxy(new URL(redis.uri), 6379)
      await proxy.start()
      const where = { databaseUri: postgres.uri, schema: postgres.schema(), keyPrefix: redis.prefix() }
      const domain = new Domain('ledger', { config: streamsConfig({ ...where, redisUri: `redis://127.0.0.1:${proxy.port}` }) })
      const { Enter, balanceOf } = declareLedger(domain)
      await domain.init()
      await domain.providers.get('default')?.createDatabaseArtifacts()
      const engine = new Engine(domain)
      const running = engine.run()
      const bookings = async () => (await engine.status()).find(({ name }) => name === 'Bookings')
      try {
        await domain.process(new Enter({ account: 'a', amount: 1 }))
        await expect.poll(() => balanceOf('a'), PATIENCE).toEqual([1])
        await expect.poll(bookings, PATIENCE).toMatchObject({ lag: 0 })
        await proxy.stop()
        await expect.poll(bookings, PATIENCE).toMatchObject({ lag: undefined, deadLetters: 0, problem: expect.stringContaining('default') })
        expect((await engine.status()).filter(({ lag }) => lag !== undefined).map(({ name }) => name)).toContain('outbox:default:default')
        await proxy.start()
        await expect.poll(bookings, PATIENCE).toMatchObject({ lag: 0 })
        expect((await bookings())?.problem).toBeUndefined()
      } finally {
        await engine.stop()
        await running
        await domain.close()
        await proxy.stop()
      }
    })
  })
})
