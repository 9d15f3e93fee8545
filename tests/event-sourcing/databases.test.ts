import { afterAll, beforeAll } from 'vitest'
import { testLedgers } from '../support/event-sourced-ledgers.ts'
import { instances } from '../support/pglite-provider.ts'

const PGLITE = new URL('../support/pglite-provider.ts', import.meta.url).pathname

beforeAll(() => instances.start(1), 60_000)
afterAll(() => instances.close())

testLedgers('memory', () => ({ provider: 'memory' }))

testLedgers('SQLite', () => ({ provider: 'sqlite', databaseUri: 'sqlite:///:memory:' }))

testLedgers('PGlite', () => ({ provider: PGLITE, databaseUri: 'pglite://' }))

const sqlite = { provider: 'sqlite', databaseUri: 'sqlite:///:memory:' }

testLedgers('memory, beside an event store in memory', () => ({ provider: 'memory', eventStore: { provider: 'memory' } }))

testLedgers('SQLite, beside an event store on SQLite', () => ({ ...sqlite, eventStore: sqlite }))
