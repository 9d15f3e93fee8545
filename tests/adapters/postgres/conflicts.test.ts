import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { PostgresDatabase } from '../../../src/adapters/postgres/database.ts'
import { isProteanError } from '../../../src/errors.ts'
import type { ChangeSet } from '../../../src/ports/change-set.ts'
import { times } from '../../../src/testing/conformance/assertions.ts'
import { MessageMaker } from '../../../src/testing/conformance/messages.ts'
import { changes, inserting, loadOne, together, updatingOrder } from '../../../src/testing/conformance/rows.ts'
import { conformanceClusters, item, items, order, orders } from '../../../src/testing/conformance/schemas.ts'
import { describePostgres } from '../../support/postgres.ts'
import type { PostgresHarness } from '../support/postgres-harness.ts'
import { postgresDatabase } from '../support/postgres-harness.ts'
import { sequence } from './log-writers.ts'

describePostgres('conflicts on PostgreSQL', (server) => {
  let harness: PostgresHarness
  let database: PostgresDatabase
  let make: MessageMaker

  beforeEach(async () => {
    harness = postgresDatabase(server)
    database = harness.database
    make = new MessageMaker()
    await database.open()
    await database.createArtifacts(conformanceClusters)
  })

  afterEach(() => harness.dispose())

  describe('a stale write is told the version that there is', () => {
    beforeEach(async () => {
      await database.commit({
        ...inserting(orders.table, order('o1', { version: 3 }), order('o2')),
        appends: [make.append('order-o1', 4), make.append('order-o2')],
      })
    })

    const stale: readonly (readonly [what: string, target: string, expected: number, actual: number | undefined, () => ChangeSet])[] = [
      ['of a row to update', 'Order o1', 1, 3, () => updatingOrder(order('o1'), 1)],
      ['of a row to delete', 'Order o1', 1, 3, () => changes({ deletes: [{ table: orders.table, id: 'o1', expectedVersion: 1 }] })],
      ['of one row among many', 'Order o1', 1, 3, () => together(updatingOrder(order('o2'), 0), updatingOrder(order('o1'), 1))],
      ['of a row that is gone', 'Order o9', 0, undefined, () => updatingOrder(order('o9'), 0)],
      ['of a stream', 'order-o1', 1, 3, () => changes({ appends: [make.append('order-o1', 1, { expectedVersion: 1 })] })],
      ['of a stream that is behind', 'order-o1', 7, 3, () => changes({ appends: [make.append('order-o1', 1, { expectedVersion: 7 })] })],
      ['of a stream that is empty', 'order-o9', 0, -1, () => changes({ appends: [make.append('order-o9', 1, { expectedVersion: 0 })] })],
      [
        'of one stream among many',
        'order-o2',
        -1,
        0,
        () =>
          changes({ appends: [make.append('order-o1', 2, { expectedVersion: 3 }), make.append('order-o2', 1, { expectedVersion: -1 })] }),
      ],
      [
        'of a second append to the same stream',
        'order-o1',
        9,
        5,
        () =>
          changes({ appends: [make.append('order-o1', 2, { expectedVersion: 3 }), make.append('order-o1', 1, { expectedVersion: 9 })] }),
      ],
    ]
    test.each(stale)('%s', async (_, target, expected, actual, change) => {
      await expect(database.commit(change())).rejects.toMatchObject({ code: 'EXPECTED_VERSION', target, expected, actual })
    })

    test('in a transaction too, at once where it shows already', async () => {
      const transaction = await database.begin()
      const applied = transaction.apply(changes({ appends: [make.append('order-o1', 1, { expectedVersion: 1 })] }))
      await expect(applied).rejects.toMatchObject({ code: 'EXPECTED_VERSION', actual: 3 })
      await transaction.rollback()
    })

    test('in a transaction too, and positions count from what it has applied', async () => {
      const transaction = await database.begin()
      const first = await transaction.apply(changes({ appends: [make.append('order-o1', 2, { expectedVersion: 3 })] }))
      expect([...first.positions]).toEqual([['order-o1', 5]])
      const second = await transaction.apply(
        changes({ appends: [make.append('order-o1', 1, { expectedVersion: 5 }), make.append('order-o9')] }),
      )
      expect([...second.positions]).toEqual([
        ['order-o1', 6],
        ['order-o9', 0],
      ])
      await database.events.append([make.append('order-o9')])
      await expect(transaction.commit(changes({ appends: [make.append('order-o9', 1, { expectedVersion: 0 })] }))).rejects.toMatchObject({
        code: 'EXPECTED_VERSION',
        target: 'order-o9',
        actual: 1,
      })
    })
  })

  test('nobody waits for somebody who waits for him, whatever is changed together', { timeout: 60_000 }, async () => {
    const ids = times(12, (number) => `o${String(number).padStart(2, '0')}`)
    await database.commit(inserting(orders.table, ...ids.map((id) => order(id))))
    await database.commit(inserting(items, ...ids.map((id) => item(`i-${id}`, id, 0))))
    const codes: string[] = []
    const write = async (writer: number) => {
      const next = sequence(writer)
      for (let turn = 0; turn < 12; turn += 1) {
        const some = ids.map((id) => ({ id, rank: next(1000) })).sort((left, right) => left.rank - right.rank)
        const chosen = some.slice(0, 2 + next(10)).map(({ id }) => id)
        const versions = new Map((await database.load(orders, chosen)).map(({ row }) => [String(row.id), Number(row.version)] as const))
        const updates = chosen.map((id) => updatingOrder(order(id), versions.get(id) ?? 0))
        const children = chosen
          .slice(0, next(3))
          .map((id) =>
            next(2) === 0
              ? changes({ deletes: [{ table: items, id: `i-${id}` }] })
              : changes({ updates: [{ table: items, id: `i-${id}`, row: item(`i-${id}`, id, 0, { quantity: turn }) }] }),
          )
        const appends = changes({ appends: chosen.map((id) => make.append(`order-${id}`)) })
        const [outcome] = await Promise.allSettled([database.commit(together(...updates, ...children, appends))])
        if (outcome.status === 'rejected') codes.push(isProteanError(outcome.reason) ? outcome.reason.code : String(outcome.reason))
      }
    }
    const [before] = await server.admin('SELECT deadlocks::int FROM pg_stat_database WHERE datname = current_database()')
    await Promise.all(times(8, write))
    const [after] = await server.admin('SELECT deadlocks::int FROM pg_stat_database WHERE datname = current_database()')
    expect([...new Set(codes)].filter((code) => code !== 'EXPECTED_VERSION' && code !== 'ROW_NOT_FOUND')).toEqual([])
    expect(after).toEqual(before)
    expect(Number((await loadOne(database, orders, 'o00')).row.version)).toBeGreaterThan(0)
  })
})
