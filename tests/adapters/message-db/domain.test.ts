import { describe } from 'vitest'
import { describeMessageDb } from '../../support/message-db.ts'
import { separateEngineTests } from '../../support/separate-engine.ts'
import { separateEventsTests } from '../../support/separate-events.ts'

const memory = { provider: 'memory' }

describeMessageDb('a domain with an event store of its own on a server', (server) => {
  const messageDb = async () => {
    const databaseUri = await server.messageStore()
    return {
      eventStore: { provider: 'message_db', databaseUri, maxConnections: 4 },
      dispose: async () => server.giveBackStore(databaseUri),
    }
  }
  const postgres = () => ({ databaseUri: server.uri, schema: server.schema() })

  describe('Message DB beside memory', () => separateEventsTests(async () => ({ database: memory, ...(await messageDb()) })))
  describe('Message DB beside PostgreSQL', () => separateEventsTests(async () => ({ database: postgres(), ...(await messageDb()) })))
  describe('PostgreSQL beside PostgreSQL', () => separateEventsTests(async () => ({ database: postgres(), eventStore: postgres() })))
  describe('an engine with Message DB beside PostgreSQL', () =>
    separateEngineTests(async () => ({ database: postgres(), ...(await messageDb()) })))
})
