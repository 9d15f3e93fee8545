import { afterEach, beforeEach, expect, test } from 'vitest'
import { untilSettled } from '../../../src/adapters/postgres/settling.ts'
import { conformanceClusters } from '../../../src/testing/conformance/index.ts'
import { MessageMaker } from '../../../src/testing/conformance/messages.ts'
import { describePostgres } from '../../support/postgres.ts'
import type { PostgresHarness } from '../support/postgres-harness.ts'
import { postgresDatabase } from '../support/postgres-harness.ts'

describePostgres('waiting for the log on PostgreSQL', (server) => {
  let harness: PostgresHarness
  const make = new MessageMaker()

  beforeEach(async () => {
    harness = postgresDatabase(server)
    await harness.database.open()
    await harness.database.createArtifacts(conformanceClusters)
  })
  afterEach(() => harness.dispose())

  const read = async () => (await harness.database.events.readAll({ limit: 10 })).messages.map(({ stream }) => stream)

  test('takes as long as a transaction that began before the messages were committed, and no longer', async () => {
    const { events } = harness.database
    await server.admin('BEGIN')
    await server.admin('SELECT pg_current_xact_id()')
    await events.append([make.append('order-1')])
    let isSettled = false
    const settling = events.settle().then(() => {
      isSettled = true
    })
    expect([await read(), isSettled]).toEqual([[], false])
    // What is committed meanwhile is not waited for.
    await server.admin('COMMIT')
    await settling
    expect(await read()).toEqual(['order-1'])
  })

  test('is not needed where nothing was committed while another transaction is open', async () => {
    await harness.database.events.append([make.append('order-1')])
    await harness.database.events.settle()
    await server.admin('BEGIN')
    await server.admin('SELECT pg_current_xact_id()')
    await harness.database.events.settle()
    expect(await read()).toEqual(['order-1'])
    await server.admin('ROLLBACK')
  })
})

test('waiting for the log ends after five seconds, with what to do', async () => {
  const pauses: number[] = []
  const waiting = untilSettled('event store "default" (postgresql)', async (pauseMs) => {
    pauses.push(pauseMs)
    return false
  })
  await expect(waiting).rejects.toMatchObject({
    code: 'LOG_HELD_BACK',
    message: expect.stringMatching(/event store "default" .* transaction .* open for 5 s .* pg_stat_activity/),
  })
  expect(pauses[0]).toBe(0)
  const total = pauses.reduce((sum, pauseMs) => sum + pauseMs)
  expect(total).toBeGreaterThanOrEqual(5000)
  expect(total).toBeLessThan(5100)
})
