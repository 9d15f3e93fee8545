import { test } from 'vitest'
import { describePostgres } from '../../support/postgres.ts'
import { killThoseThatShare } from '../parted-ledger.ts'

describePostgres('engines in processes of their own that share subscriptions', (server) => {
  test.each([{ by: 'stream' }, { by: 'key', sequentialBy: 'account' }])(
    'G7: ordered by $by, they are killed and divide anew, and nothing is lost, doubled or out of order',
    {
      timeout: 120_000,
    },
    async ({ by: _, ...order }) => {
      await killThoseThatShare({ databaseUri: server.uri, schema: server.schema(), partitions: 4, ...order })
    },
  )
})
