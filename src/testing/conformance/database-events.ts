import assert from 'node:assert/strict'
import type { ChangeSet } from '../../ports/change-set.ts'
import { NO_CHANGES } from '../../ports/change-set.ts'
import { EVERYTHING } from '../../ports/criteria.ts'
import type { Database } from '../../ports/database.ts'
import type { EventStore } from '../../ports/event-store.ts'
import { allDone, oneWins, refused, times } from './assertions.ts'
import type { RecordedMessage } from './check-log.ts'
import { assertLog, recorded, recordedAppend } from './check-log.ts'
import type { DatabaseSuite } from './database-suite.ts'
import { LogFollower } from './log-follower.ts'
import { MessageMaker } from './messages.ts'
import { changes, inserting, loadOne, selectedIds, updatingOrder } from './rows.ts'
import { order, orders } from './schemas.ts'

const ROUNDS = 10

async function lengthOf(events: EventStore, stream: string): Promise<number> {
  return (await events.readStream(stream, { limit: 1000 })).length
}

type EventsBody = (database: Database, events: EventStore) => Promise<void>

/** Gives others the time for some round trips. */
async function dawdle(reads: Pick<Database, 'count'>): Promise<void> {
  for (let turn = 0; turn < 10; turn += 1) await reads.count(orders.table, EVERYTHING)
}

export function databaseEventsConformance({ describe, test, eventsTest }: DatabaseSuite): void {
  const transactionEventsTest = (name: string, body: EventsBody) =>
    test(name, async (database, context) => {
      if (!database.capabilities.transactions) return context.skip('capabilities.transactions is false')
      if (database.events === undefined) return context.skip('the database has no event store of its own')
      await body(database, database.events)
    })

  describe('G1: rows and events are committed together', () => {
    eventsTest('both are there afterwards', async (database, events) => {
      const make = new MessageMaker()
      const receipt = await database.commit({
        ...inserting(orders.table, order('o1')),
        appends: [make.append('order-o1', 2, { expectedVersion: -1 })],
      })
      assert.deepEqual([...receipt.positions], [['order-o1', 1]])
      assert.equal(await lengthOf(events, 'order-o1'), 2)
      assert.deepEqual(await selectedIds(database, orders), ['o1'])
    })

    const failing: readonly (readonly [what: string, code: string, change: (make: MessageMaker) => ChangeSet])[] = [
      [
        'a stale row',
        'EXPECTED_VERSION',
        (make) => ({ ...updatingOrder(order('o1', { total: 1 }), 5), appends: [make.append('order-o1')] }),
      ],
      [
        'a taken key',
        'UNIQUE_VIOLATION',
        (make) => ({ ...inserting(orders.table, order('o2'), order('o1')), appends: [make.append('order-o1')] }),
      ],
      [
        'a stale stream',
        'EXPECTED_VERSION',
        (make) => ({
          ...updatingOrder(order('o1', { total: 1 }), 0),
          appends: [make.append('order-o2'), make.append('order-o1', 1, { expectedVersion: 4 })],
        }),
      ],
    ]
    for (const [what, code, change] of failing) {
      eventsTest(`${what} keeps both out`, async (database, events) => {
        const make = new MessageMaker()
        await database.commit({ ...inserting(orders.table, order('o1')), appends: [make.append('order-o1')] })
        await refused(database.commit(change(make)), code)
        assert.deepEqual({ ...(await loadOne(database, orders, 'o1')).row }, order('o1'))
        assert.deepEqual(await selectedIds(database, orders), ['o1'])
        assert.equal(await lengthOf(events, 'order-o1'), 1)
        assert.equal(await lengthOf(events, 'order-o2'), 0)
      })
    }

    eventsTest('a message that is stored already keeps both out', async (database, events) => {
      const append = new MessageMaker().append('order-o1')
      await database.commit(changes({ appends: [append] }))
      await refused(database.commit({ ...inserting(orders.table, order('o1')), appends: [append] }), 'DUPLICATE_MESSAGE')
      assert.deepEqual(await selectedIds(database, orders), [])
      assert.equal(await lengthOf(events, 'order-o1'), 1)
    })

    eventsTest('of concurrent writers one stores its row and its event', async (database, events) => {
      const make = new MessageMaker()
      await database.commit(inserting(orders.table, order('o1')))
      const attempts = times(8, (total) =>
        database.commit({ ...updatingOrder(order('o1', { total }), 0), appends: [make.append('order-o1', 1, { data: { total } })] }),
      )
      const winner = await oneWins(attempts, 'EXPECTED_VERSION')
      assert.equal((await loadOne(database, orders, 'o1')).row.total, winner)
      assert.deepEqual(
        (await events.readStream('order-o1', { limit: 10 })).map(({ data }) => data.total),
        [winner],
      )
    })

    eventsTest('a reset removes both', async (database, events) => {
      await database.commit({ ...inserting(orders.table, order('o1')), appends: [new MessageMaker().append('order-o1')] })
      await database.resetData()
      assert.equal(await lengthOf(events, 'order-o1'), 0)
      assert.equal(await events.head(), undefined)
      assert.deepEqual(await selectedIds(database, orders), [])
    })

    eventsTest('the events open and close with the database', async (database, events) => {
      assert.equal(await events.isAlive(), true)
      await database.close()
      assert.equal(await events.isAlive(), false)
      await refused(events.head(), 'NOT_OPEN')
    })

    test('a database without events refuses them', async (database, context) => {
      if (database.events !== undefined) return context.skip('the database has an event store of its own')
      const change = { ...inserting(orders.table, order('o1')), appends: [new MessageMaker().append('order-o1')] }
      await refused(database.commit(change), 'NOT_SUPPORTED')
      assert.deepEqual(await selectedIds(database, orders), [])
    })
  })

  describe('G1: events of a transaction are there when it has committed', () => {
    transactionEventsTest('all of them, and the receipt has their positions', async (database, events) => {
      const make = new MessageMaker()
      const transaction = await database.begin()
      await transaction.apply({ ...inserting(orders.table, order('o1')), appends: [make.append('order-o1', 2, { expectedVersion: -1 })] })
      await transaction.apply(changes({ appends: [make.append('order-o1', 1, { expectedVersion: 1 })] }))
      const receipt = await transaction.commit(changes({ appends: [make.append('order-o2')] }))
      assert.deepEqual(Object.fromEntries(receipt.positions), { 'order-o1': 2, 'order-o2': 0 })
      assert.equal(await lengthOf(events, 'order-o1'), 3)
    })

    transactionEventsTest('none after a rollback, and nobody read them meanwhile', async (database, events) => {
      const make = new MessageMaker()
      const transaction = await database.begin()
      await transaction.apply({ ...inserting(orders.table, order('o1')), appends: [make.append('order-o1', 2)] })
      const meanwhile = Promise.all([lengthOf(events, 'order-o1'), events.lastMessage('order-o1'), events.readAll({ limit: 10 })])
      await transaction.rollback()
      assert.deepEqual(await meanwhile, [0, undefined, { messages: [], cursor: undefined }])
      assert.equal(await lengthOf(events, 'order-o1'), 0)
      assert.equal((await events.append([make.append('order-o1')])).positions.get('order-o1'), 0)
    })

    transactionEventsTest('a stream that somebody else appended to refuses the transaction', async (database, events) => {
      const make = new MessageMaker()
      await events.append([make.append('order-o1')])
      const transaction = await database.begin()
      const change = { ...inserting(orders.table, order('o1')), appends: [make.append('order-o1', 1, { expectedVersion: -1 })] }
      await refused(
        transaction.apply(change).then(() => transaction.commit(NO_CHANGES)),
        'EXPECTED_VERSION',
      )
      await transaction.rollback()
      assert.deepEqual(await selectedIds(database, orders), [])
    })
  })

  describe('G3: readers miss nothing that a transaction commits late', () => {
    transactionEventsTest('when another commits in between', async (database, events) => {
      const make = new MessageMaker()
      const follower = new LogFollower(events)
      for (let round = 0; round < ROUNDS; round += 1) {
        const late = await database.begin()
        await late.apply(changes({ appends: [make.append('order-late', 1)] }))
        const early = database.commit(changes({ appends: [make.append('order-early', 1)] })).then(() => follower.poll())
        await dawdle(late)
        await late.commit(NO_CHANGES)
        await early
      }
      await follower.until(() => 2 * ROUNDS)
      const appended = [
        ...(await events.readStream('order-late', { limit: 100 })),
        ...(await events.readStream('order-early', { limit: 100 })),
      ]
      assert.equal(appended.length, 2 * ROUNDS)
      assertLog({ appended: appended.map(recorded), read: follower.messages.map(recorded) })
    })

    transactionEventsTest('when many transactions of different lengths commit or roll back at once', async (database, events) => {
      const make = new MessageMaker()
      let writing = true
      const write = async (writer: number): Promise<RecordedMessage[]> => {
        const appended: RecordedMessage[] = []
        for (let turn = 0; turn < 6; turn += 1) {
          // One stream per writer, so that no two of them wait for each other's streams in a circle.
          const append = make.append(`order-${writer}`, 2)
          const transaction = await database.begin()
          await transaction.apply(changes({ appends: [append] }))
          if (writer % 2 === 0) await dawdle(transaction)
          if ((writer + turn) % 3 === 0) await transaction.rollback()
          else appended.push(...recordedAppend(append, (await transaction.commit(NO_CHANGES)).positions.get(append.stream)))
        }
        return appended
      }
      const written = allDone(times(6, write)).finally(() => {
        writing = false
      })
      const followers = [new LogFollower(events, { pageSize: 2 }), new LogFollower(events, { category: 'order', pageSize: 50 })]
      const reading = followers.map(async (follower) => {
        while (writing) await follower.poll()
        const expected = (await written).flat().length
        await follower.until(() => expected)
      })
      await allDone<unknown>([written, ...reading])
      for (const { messages } of followers) assertLog({ appended: (await written).flat(), read: messages.map(recorded) })
    })
  })
}
