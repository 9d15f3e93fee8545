import { Domain } from 'proteanjs'
import { afterAll, describe } from 'vitest'
import { instances } from '../support/pglite-provider.ts'
import { queryShapeTests } from './support/query-shapes.ts'

const on = (entry: { provider: string; databaseUri?: string }) => () => new Domain('library', { config: { databases: { default: entry } } })

// Up to eight rows of a table are inserted one by one, in the same round trip: see `planCommit`.
const POSTGRES = { insertsOfCluster: 1 + 5 + 1 }

describe('queries of a memory database', () => queryShapeTests(on({ provider: 'memory' }), { insertsOfCluster: 3 }))

describe('queries of SQLite', () =>
  queryShapeTests(on({ provider: 'sqlite', databaseUri: 'sqlite:///:memory:' }), { insertsOfCluster: 1 + 5 + 20 }))

describe('queries of PGlite', () => {
  afterAll(() => instances.close())
  const provider = `${import.meta.dirname}/../support/pglite-provider.ts`
  queryShapeTests(on({ provider, databaseUri: 'pglite://' }), POSTGRES)
})
