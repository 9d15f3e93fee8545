/**
 * Runs the tests of flows, units of work, processes, subscribers, the engine and the testing kit on every database but memory, where the suite runs them: they are the
 * same on all.
 * They need a PostgreSQL server; where none is reachable one is started, but not in CI.
 */
import { join } from 'node:path'
import { statusOf } from './run.ts'

const DATABASES = ['sqlite', 'pglite', 'postgresql']
const TESTS = ['tests/flows', 'tests/unit-of-work', 'tests/testing', 'tests/process-managers', 'tests/subscribers', 'tests/engine']

// Where to put Vitest's reports, one for each database, for whoever counts the tests.
const reports = process.env.DATABASE_REPORTS

const failed = DATABASES.filter((database) => {
  console.log(`\n-- on ${database}`)
  const report: Record<string, string> = reports === undefined ? {} : { TEST_REPORT: join(reports, `on-${database}.json`) }
  const args = ['node_modules/vitest/vitest.mjs', 'run', '--project', 'unit', ...TESTS]
  return statusOf('node', args, { env: { PROTEAN_TEST_DATABASE: database, ...report } }) !== 0
})

if (failed.length > 0) console.error(`failed on ${failed.join(', ')}`)
process.exitCode = failed.length === 0 ? 0 : 1
