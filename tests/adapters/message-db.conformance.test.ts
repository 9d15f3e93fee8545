import { describe, test } from 'vitest'
import { eventStoreConformance } from '../../src/testing/conformance/index.ts'
import { describeMessageDb } from '../support/message-db.ts'
import { messageDbEventStore } from './support/message-db-harness.ts'

describeMessageDb('Message DB', (server) => {
  describe('event store', () => eventStoreConformance({ describe, test, create: () => messageDbEventStore(server) }))
})
