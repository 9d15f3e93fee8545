import { test } from 'vitest'
import { describePostgres } from '../../support/postgres.ts'
import { describeRedis } from '../../support/redis.ts'
import { killThoseThatShare } from '../parted-ledger.ts'

describePostgres('PostgreSQL', (postgres) => {
  describeRedis('and Redis', (redis) => {
    test.each([{ by: 'stream' }, { by: 'key', sequentialBy: 'account' }])(
      'G7: engines that share subscriptions of type stream, ordered by $by, are killed and divide anew, and nothing is lost, doubled or out of order',
      {
        timeout: 120_000,
      },
      async ({ by: _, ...order }) => {
        const broker = { uri: redis.uri, keyPrefix: redis.prefix() }
        await killThoseThatShare({ databaseUri: postgres.uri, schema: postgres.schema(), redis: broker, partitions: 4, ...order })
      },
    )
  })
})
