import { testLedgers } from '../../support/event-sourced-ledgers.ts'
import { describePostgres } from '../../support/postgres.ts'

describePostgres('event sourcing', (server) => {
  testLedgers('PostgreSQL', () => ({ provider: 'postgresql', databaseUri: server.uri, schema: server.schema() }))
})
