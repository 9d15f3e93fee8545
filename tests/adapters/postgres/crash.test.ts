import { execFile } from 'node:child_process'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { isProteanError } from '../../../src/errors.ts'
import type { ChangeSet } from '../../../src/ports/change-set.ts'
import { NO_CHANGES } from '../../../src/ports/change-set.ts'
import { MessageMaker } from '../../../src/testing/conformance/messages.ts'
import { conformanceClusters, order, orders } from '../../../src/testing/conformance/schemas.ts'
import { describePostgres } from '../../support/postgres.ts'
import type { PostgresHarness } from '../support/postgres-harness.ts'
import { postgresDatabase } from '../support/postgres-harness.ts'
import { before, change } from './crash-change.ts'

const CHILD = `${import.meta.dirname}/crash-child.ts`
/** To the server, by one commit of the change; the first test makes sure of it. */
const MESSAGES = 23

const WRITERS = 12
const LOOKS_BETWEEN_KILLS = 20

describePostgres('W4, G1: rows and events are in agreement', (server) => {
  let harness: PostgresHarness

  beforeEach(async () => {
    harness = postgresDatabase(server)
    await harness.database.open()
    await harness.database.createArtifacts(conformanceClusters)
  })

  afterEach(() => harness.dispose())

  /** Everything that `change` touches, by its own account: each is true when its part has been stored. */
  async function parts(): Promise<readonly boolean[]> {
    const schema = `"${harness.schema}"`
    const [row] = await server.admin(`SELECT
      (SELECT version FROM ${schema}.conformance_orders WHERE id = 'o1') = 1 AS root,
      (SELECT quantity FROM ${schema}.conformance_items WHERE id = 'i1') = 9 AS child,
      (SELECT count(*) FROM ${schema}.conformance_items WHERE id = 'i2') = 0 AS removal,
      (SELECT count(*) FROM ${schema}.conformance_people) = 1 AS addition,
      (SELECT count(*) FROM ${schema}.protean_messages WHERE stream = 'order-o1') = 3 AS events,
      (SELECT count(*) FROM ${schema}.protean_messages WHERE stream = 'payment-1') = 1 AS others`)
    return Object.values(row ?? {}) as boolean[]
  }

  /** Runs the child until its end, and waits until the server has noticed. */
  async function runChild(fate: string): Promise<{ readonly signal: string | null; readonly output: string }> {
    const name = `doomed ${harness.schema} ${fate}`
    const result = await new Promise<{ signal: string | null; output: string }>((resolve) => {
      const child = execFile(process.execPath, [CHILD, server.uri, harness.schema, fate, name], (_error, output, complaints) =>
        resolve({ signal: child.signalCode, output: output + complaints }),
      )
    })
    const alive = () => server.admin('SELECT 1 FROM pg_stat_activity WHERE application_name = $1', [name])
    while ((await alive()).length > 0);
    return result
  }

  test('when nobody kills the process', async () => {
    await harness.database.commit(before)
    expect(await runChild('none')).toEqual({ signal: null, output: String(MESSAGES) })
    expect(await parts()).toEqual(Array(6).fill(true))
  })

  for (const fate of [0, 1, 4, 8, 12, 16, 19, 21, MESSAGES - 1, 'sent', 'answered', 'done']) {
    const isEarly = typeof fate === 'number'
    test(`when the process is killed ${isEarly ? `before message ${fate} of the commit` : `and the commit is ${fate}`}`, {
      timeout: 30_000,
    }, async () => {
      await harness.database.commit(before)
      const { signal } = await runChild(String(fate))
      expect(signal).toBe('SIGKILL')
      const stored = await parts()
      expect(new Set(stored).size).toBe(1)
      if (isEarly) expect(stored[0]).toBe(false)
      if (fate === 'answered' || fate === 'done') expect(stored[0]).toBe(true)

      // Whoever does not know what became of it does it again, and it has no effect twice.
      const [again] = await Promise.allSettled([harness.database.commit(change())])
      expect(again.status).toBe(stored[0] === true ? 'rejected' : 'fulfilled')
      expect(await parts()).toEqual(Array(6).fill(true))
    })
  }

  test('when the server process is killed while the commit waits for a lock', async () => {
    await harness.database.commit(before)
    const blocker = await harness.database.begin()
    await blocker.apply({ ...NO_CHANGES, inserts: [{ table: orders.table, rows: [order('blocker')] }], updates: [] })
    await blocker.updateWhere(orders.table, { op: 'compare', column: 'id', lookup: 'eq', value: 'o1' }, { total: 1 })
    const failed = harness.database.commit(change()).catch((error: unknown) => error)
    const waiting = `SELECT pid FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE '%conformance_orders%'`
    let pids = await server.admin(waiting)
    while (pids.length === 0) pids = await server.admin(waiting)
    for (const { pid } of pids) await server.admin('SELECT pg_terminate_backend($1)', [pid])
    expect(await failed).toMatchObject({ code: 'COMMIT_OUTCOME_UNKNOWN', retryable: true })
    await blocker.rollback()
    expect(await parts()).toEqual(Array(6).fill(false))
    await harness.database.commit(change())
    expect(await parts()).toEqual(Array(6).fill(true))
  })

  test('when server processes are killed all the time, and everything is done again until it is stored', { timeout: 60_000 }, async () => {
    const make = new MessageMaker()
    const changes = Array.from(
      { length: 120 },
      (_, number): ChangeSet => ({
        ...NO_CHANGES,
        inserts: [{ table: orders.table, rows: [order(`o${number}`)] }],
        appends: [make.append(`order-${number}`, 2, { expectedVersion: -1 })],
      }),
    )
    const codes = new Set<string>()
    let open = changes.length
    const store = async (one: ChangeSet) => {
      for (;;) {
        try {
          await harness.database.commit(one)
          break
        } catch (error) {
          if (!isProteanError(error)) throw error
          codes.add(error.code)
          if (!error.retryable || error.code === 'EXPECTED_VERSION') break
        }
      }
      open -= 1
    }
    const waiting = [...changes]
    const storeAll = async () => {
      for (let one = waiting.shift(); one !== undefined; one = waiting.shift()) await store(one)
    }
    // So often that most are hit, and not so often that nobody gets through: those who wait go out together, and what is large takes its time.
    const kill = async () => {
      const ours = 'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = $1'
      while (open > 0) {
        await server.admin(ours, [harness.schema])
        for (let look = 0; look < LOOKS_BETWEEN_KILLS; look += 1) await server.admin('SELECT 1')
      }
    }
    await Promise.all([...Array.from({ length: WRITERS }, storeAll), kill()])
    const stored = await server.admin(`SELECT o.id, count(m.id)::int AS events FROM "${harness.schema}".conformance_orders AS o
      LEFT JOIN "${harness.schema}".protean_messages AS m ON m.stream = 'order-' || substr(o.id, 2) GROUP BY o.id`)
    expect(stored.filter(({ events }) => events !== 2)).toEqual([])
    expect(stored.length).toBe(changes.length)
    expect(codes).toContain('COMMIT_OUTCOME_UNKNOWN')
  })
})
