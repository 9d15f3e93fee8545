import { createEventStore } from '../../../src/adapters/message-db/create-event-store.ts'
import type { MessageDbEventStore } from '../../../src/adapters/message-db/event-store.ts'
import { systemTimers } from '../../../src/util/runtime/timers.ts'
import type { MessageDbServer } from '../../support/message-db.ts'

/** No test that uses this asks what is left when the machine goes down. */
const QUICK = { options: '-c synchronous_commit=off' }

export interface MessageDbHarness {
  readonly events: MessageDbEventStore
  readonly uri: string
  dispose(): Promise<void>
}

export async function messageDbEventStore(
  server: MessageDbServer,
  settings: Readonly<Record<string, unknown>> = {},
): Promise<MessageDbHarness> {
  const uri = await server.messageStore()
  const all = { databaseUri: uri, options: { ...QUICK, application_name: 'message-db-test' }, ...settings }
  const events = createEventStore({ name: 'test', settings: all, timers: systemTimers })
  return {
    events,
    uri,
    async dispose() {
      await events.close()
      await events.open()
      await events.dropArtifacts()
      await events.close()
      server.giveBackStore(uri)
    },
  }
}
