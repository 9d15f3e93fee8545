import type { SqliteSetup } from '../../src/adapters/sqlite/create-database.ts'
import { createEventStore as createSqliteEventStore } from '../../src/adapters/sqlite/create-event-store.ts'
import type { EventStore } from '../../src/ports/event-store.ts'
import { overriding } from '../adapters/broken/defect.ts'

/** A provider whose event store kills the process at its n-th append, before it or after. */
export function createEventStore(setup: SqliteSetup): EventStore {
  const { fate = 'before', at = 1 } = setup.settings.options as { readonly fate?: string; readonly at?: number }
  const store = createSqliteEventStore({ ...setup, settings: { ...setup.settings, options: {} } })
  let appends = 0
  return overriding<EventStore>(store, {
    append: async (all) => {
      appends += 1
      if (appends === at && fate === 'before') die()
      const receipt = await store.append(all)
      if (appends === at) die()
      return receipt
    },
  })
}

function die(): never {
  process.kill(process.pid, 'SIGKILL')
  for (;;);
}
