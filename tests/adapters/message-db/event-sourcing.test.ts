import { testLedgers } from '../../support/event-sourced-ledgers.ts'
import { describeMessageDb } from '../../support/message-db.ts'

describeMessageDb('event sourcing', (server) => {
  testLedgers('PostgreSQL, beside Message DB', async () => {
    const databaseUri = await server.messageStore()
    return {
      provider: 'postgresql',
      databaseUri: server.uri,
      schema: server.schema(),
      eventStore: { provider: 'message_db', databaseUri, maxConnections: 4 },
      dispose: () => server.giveBackStore(databaseUri),
    }
  })
})
