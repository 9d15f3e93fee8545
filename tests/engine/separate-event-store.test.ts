import { describe } from 'vitest'
import { separateEngineTests } from '../support/separate-engine.ts'

const memory = { provider: 'memory' }
const sqlite = { provider: 'sqlite', databaseUri: 'sqlite:///:memory:' }

describe.each([
  ['in memory', memory, memory],
  ['in SQLite, beside SQLite', sqlite, sqlite],
])('an engine with an event store of its own, %s', (_name, database, eventStore) =>
  separateEngineTests(async () => ({ database, eventStore })),
)
