import { inspect } from 'node:util'
import { describe, expect, test, vi } from 'vitest'
import { createDatabase } from '../../../src/adapters/postgres/create-database.ts'
import { conformanceClusters } from '../../../src/testing/conformance/index.ts'
import { inserting, is } from '../../../src/testing/conformance/rows.ts'
import { people, person } from '../../../src/testing/conformance/schemas.ts'
import { systemTimers } from '../../../src/util/runtime/timers.ts'
import { describePostgres } from '../../support/postgres.ts'
import { postgresDatabase } from '../support/postgres-harness.ts'
import { refusingServer, silentServer } from './fake-server.ts'

const PASSWORD = 's3cret'

function databaseAt(port: number, settings: Readonly<Record<string, unknown>> = {}) {
  const databaseUri = `postgresql://ann:${PASSWORD}@127.0.0.1:${port}/shop`
  return createDatabase({ name: 'default', settings: { databaseUri, ...settings }, timers: systemTimers })
}

/** What a failed attempt to open throws, of which no part may give the password away. */
async function refusal(database: ReturnType<typeof databaseAt>): Promise<unknown> {
  const [outcome] = await Promise.allSettled([database.open()])
  const error = outcome.status === 'rejected' ? (outcome.reason as unknown) : undefined
  expect(inspect(error, { depth: 10, showHidden: true })).not.toContain(PASSWORD)
  expect(await database.isAlive()).toBe(false)
  await expect(database.count(people.table, is('id', 'p1'))).rejects.toMatchObject({ code: 'NOT_OPEN' })
  return error
}

describe('a database that cannot be opened says why', () => {
  test('when no server is there', async () => {
    const { port, close } = await silentServer()
    await close()
    expect(await refusal(databaseAt(port))).toMatchObject({
      code: 'CONNECTION_FAILED',
      retryable: true,
      message: expect.stringMatching(/^The server of database "default" \(postgresql\) cannot be reached.*ECONNREFUSED/),
    })
  })

  test('when the server says nothing in time', async () => {
    const { port, close } = await silentServer()
    expect(await refusal(databaseAt(port, { poolTimeout: 1 }))).toMatchObject({ code: 'CONNECTION_FAILED', retryable: true })
    await close()
  })

  test('when the password is wrong', async () => {
    const { port, close } = await refusingServer()
    expect(await refusal(databaseAt(port))).toMatchObject({
      code: 'AUTHENTICATION_FAILED',
      retryable: false,
      message: expect.stringMatching(/does not let this user in \(password authentication failed for user "ann"\)/),
    })
    await close()
  })

  test('when its host does not exist', async () => {
    const settings = { databaseUri: `postgresql://ann:${PASSWORD}@nowhere.invalid/shop` }
    const database = createDatabase({ name: 'default', settings, timers: systemTimers })
    expect(await refusal(database)).toMatchObject({ code: 'CONNECTION_FAILED', message: expect.stringContaining('nowhere.invalid') })
  })

  test('when its driver is not installed, with the command that installs it', async () => {
    vi.doMock('pg', () => {
      throw new Error("Cannot find package 'pg'")
    })
    const database = createDatabase({ name: 'default', settings: {}, timers: systemTimers })
    await expect(database.open()).rejects.toMatchObject({ code: 'DRIVER_MISSING', message: expect.stringContaining('npm install pg') })
    vi.doUnmock('pg')
    await database.close()
  })

  test('when its URI is none, without showing it', () => {
    for (const databaseUri of [`postgresql://ann:${PASSWORD}/x@host:port/shop`, `ann:${PASSWORD}@`, `postgres//${PASSWORD}`]) {
      const make = () => createDatabase({ name: 'default', settings: { databaseUri }, timers: systemTimers })
      expect(make).toThrow(expect.objectContaining({ code: 'DATABASE_URI_INVALID', message: expect.not.stringContaining(PASSWORD) }))
    }
  })
})

describePostgres('a database on PostgreSQL', (server) => {
  test('that is not there is named, with how to make it', async () => {
    const databaseUri = server.uri.replace(/\/[^/]*$/, '/no_such_database')
    const database = createDatabase({ name: 'default', settings: { databaseUri }, timers: systemTimers })
    await expect(database.open()).rejects.toMatchObject({ code: 'DATABASE_NOT_FOUND', message: expect.stringContaining('createdb') })
  })

  test('opens once, however many ask at once', async () => {
    const { database, dispose } = postgresDatabase(server)
    await Promise.all([database.open(), database.open(), database.events.open()])
    expect(await database.isAlive()).toBe(true)
    await dispose()
  })

  test('is reached by the URI that SQLAlchemy writes, too', async () => {
    const { database, dispose } = postgresDatabase(server, { databaseUri: server.uri.replace('postgresql:', 'postgresql+psycopg:') })
    await database.open()
    expect(await database.isAlive()).toBe(true)
    await dispose()
  })

  test('cancels a statement that takes longer than it may', async () => {
    const { database, schema, dispose } = postgresDatabase(server, { statementTimeoutMs: 50 })
    await database.open()
    await database.createArtifacts(conformanceClusters)
    const patient = postgresDatabase(server, { schema })
    await patient.database.open()
    const holder = await patient.database.begin()
    await holder.apply(inserting(people.table, person('p1')))
    await expect(database.commit(inserting(people.table, person('p1')))).rejects.toMatchObject({
      code: 'STATEMENT_TIMEOUT',
      retryable: true,
    })
    await holder.rollback()
    await patient.database.close()
    await dispose()
  })

  test('says so when no connection gets free in time', async () => {
    const { database, dispose } = postgresDatabase(server, { poolSize: 1, maxOverflow: 0, poolTimeout: 1 })
    await database.open()
    await database.createArtifacts(conformanceClusters)
    const transaction = await database.begin()
    await expect(database.count(people.table, is('id', 'p1'))).rejects.toMatchObject({ code: 'CONNECTIONS_EXHAUSTED', retryable: true })
    await transaction.rollback()
    expect(await database.count(people.table, is('id', 'p1'))).toBe(0)
    await dispose()
  })

  test('works on when an idle connection was lost', async () => {
    const { database, schema, dispose } = postgresDatabase(server)
    await database.open()
    await database.createArtifacts(conformanceClusters)
    await server.admin('SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = $1', [schema])
    let answer: number | undefined
    while (answer === undefined) answer = await database.count(people.table, is('id', 'p1')).catch(() => undefined)
    expect(answer).toBe(0)
    await dispose()
  })
})
