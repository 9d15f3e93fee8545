import { AssertionError } from 'node:assert'
import type { Domain } from '../domain/domain.ts'
import type { RoundTrip } from '../ports/statement-feed.ts'

/** One statement as it was sent; on a memory database, one operation in words. */
export interface CapturedQuery {
  readonly text: string
  /** How many values went with it. The values themselves are not kept. */
  readonly parameters: number
  /** Name of the database in the configuration. */
  readonly database: string
  /** Of its round trip, which statements sent together share. */
  readonly durationMs: number
  /** Statements of one database with the same number were sent together and cost one round trip. */
  readonly roundTrip: number
}

/** What is expected of the statements: either may be left out. */
export interface QueryExpectation {
  readonly roundTrips?: number | undefined
  readonly statements?: number | undefined
}

const TRANSACTION_CONTROL = /^\s*(BEGIN|COMMIT|ROLLBACK|SAVEPOINT|RELEASE|SET|PRAGMA)\b/i

/**
 * Every statement that the databases of a domain are sent while `body` runs, whoever sent it, in the order of the answers. What only begins or ends a
 * transaction is left out. The domain has to be initialised. An adapter of somebody else's shows what it reports, which may be nothing.
 */
export async function captureQueries(domain: Domain, body: () => Promise<unknown>): Promise<readonly CapturedQuery[]> {
  const captured: CapturedQuery[] = []
  const stops = [...domain.providers.values()].map(({ statements }) =>
    statements.listen((roundTrip) => captured.push(...queriesOf(roundTrip))),
  )
  try {
    await body()
  } finally {
    for (const stop of stops) stop()
  }
  return captured
}

/**
 * Fails unless `body` makes exactly so many queries, and then lists them. A number counts round trips, which are the same on every database: statements
 * that are sent together count once, each level of an aggregate's children counts, and so does a commit. `{ statements }` counts every single one, of which databases take more or fewer.
 */
export async function expectQueryCount(domain: Domain, expected: number | QueryExpectation, body: () => Promise<unknown>): Promise<void> {
  const queries = await captureQueries(domain, body)
  const { roundTrips, statements } = typeof expected === 'number' ? { roundTrips: expected, statements: undefined } : expected
  refuse(queries, 'round trip', new Set(queries.map(tripOf)).size, roundTrips)
  refuse(queries, 'statement', queries.length, statements)
}

function refuse(queries: readonly CapturedQuery[], what: string, actual: number, expected: number | undefined): void {
  if (expected === undefined || actual === expected) return
  const trips = [...new Set(queries.map(tripOf))]
  const list = queries.map((query) => `\n  ${trips.indexOf(tripOf(query)) + 1}. ${query.text} (${counted(query.parameters, 'parameter')})`)
  throw new AssertionError({
    message: `${counted(expected, what)} expected, but there ${actual === 1 ? 'was' : 'were'} ${actual}:${list.join('') || ' none'}`,
    actual,
    expected,
    operator: 'expectQueryCount',
    stackStartFn: expectQueryCount,
  })
}

function tripOf({ database, roundTrip }: CapturedQuery): string {
  return `${roundTrip} ${database}`
}

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`
}

function queriesOf({ database, number, durationMs, statements }: RoundTrip): readonly CapturedQuery[] {
  return statements
    .filter(({ text }) => !TRANSACTION_CONTROL.test(text))
    .map(({ text, values }) => ({ text, parameters: values.length, database, durationMs, roundTrip: number }))
}
