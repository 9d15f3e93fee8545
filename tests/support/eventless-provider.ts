import { MemoryDatabase } from '../../src/adapters/memory/database.ts'
import type { Database } from '../../src/ports/database.ts'

/** A provider whose database stores rows and no events. */
export function createDatabase(setup: ConstructorParameters<typeof MemoryDatabase>[0]): Database {
  return Object.defineProperty(new MemoryDatabase(setup), 'events', { value: undefined })
}
