import { Domain } from 'proteanjs'
import { describePostgres } from '../../support/postgres.ts'
import { queryShapeTests } from '../support/query-shapes.ts'

describePostgres('queries of PostgreSQL', (server) => {
  const make = () => {
    const entry = { provider: 'postgresql', databaseUri: server.uri, schema: server.schema() }
    return new Domain('library', { config: { databases: { default: entry } } })
  }
  // Up to eight rows of a table are inserted one by one, in the same round trip: see `planCommit`.
  queryShapeTests(make, { insertsOfCluster: 1 + 5 + 1 })
})
