import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { ChangeSet } from '../../../src/ports/change-set.ts'
import { times } from '../../../src/testing/conformance/assertions.ts'
import { appending, MessageMaker } from '../../../src/testing/conformance/messages.ts'
import { changes, inserting, loadOne, selectedIds, together, updatingOrder } from '../../../src/testing/conformance/rows.ts'
import { item, items, order, orders, people, person, tickets } from '../../../src/testing/conformance/schemas.ts'
import { describePostgres } from '../../support/postgres.ts'
import { GatheredDatabase } from '../support/gathered-database.ts'

describePostgres('commits that gather on PostgreSQL', (server) => {
  let gathered: GatheredDatabase
  let make: MessageMaker

  beforeEach(async () => {
    gathered = new GatheredDatabase(server)
    make = new MessageMaker()
    await gathered.open()
    await gathered.database.commit(inserting(orders.table, ...times(8, (number) => order(`o${number}`, { total: 0 }))))
  })

  afterEach(() => gathered.database.close())

  /** Commits these while another commit is under way. */
  const commitAll = (...sets: readonly ChangeSet[]) =>
    gathered.gather(
      () => gathered.database.commit(inserting(orders.table, order('first'))),
      () => sets.map((set) => gathered.database.commit(set)),
    )
  const totalOf = async (id: string) => (await loadOne(gathered.database, orders, id)).row.total
  /** A command on an order: the row and its event. */
  const command = (id: string, total: number, expectedVersion = 0) =>
    together(updatingOrder(order(id, { total }), expectedVersion), changes({ appends: [make.append(`order-${id}`)] }))

  describe('go out together', () => {
    test('in one flush, whose statements are as many for any number of them', async () => {
      const { outcomes, flushes } = await commitAll(...times(8, (number) => command(`o${number}`, number)))
      expect(outcomes.map(({ status }) => status)).toEqual(Array(8).fill('fulfilled'))
      expect(flushes.map((statements) => statements.length)).toEqual([4])
      expect(await totalOf('o7')).toBe(7)
    })

    test('and 64 commands on 64 aggregates take far fewer statements than 64', async () => {
      const { database, client } = gathered
      const ids = times(64, (number) => `many-${number}`)
      await database.commit(inserting(orders.table, ...ids.map((id) => order(id))))
      const before = client.flushes.flat().length
      await Promise.all(
        ids.map(async (id) => {
          const { row } = await loadOne(database, orders, id)
          return database.commit(command(id, 64, Number(row.version)))
        }),
      )
      expect(client.flushes.flat().length - before).toBeLessThan(32)
      expect(await Promise.all(ids.map(totalOf))).toEqual(Array(64).fill(64))
    })

    test('parents before their children, whoever inserts them', async () => {
      const { outcomes, flushes } = await commitAll(
        inserting(items, item('i1', 'o1', 0)),
        together(inserting(orders.table, order('new')), inserting(items, item('i2', 'new', 0))),
      )
      expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled'])
      expect(flushes.length).toBe(1)
    })

    test('and each is told the positions of its own streams', async () => {
      await gathered.database.events.append([make.append('order-o1', 3)])
      const { outcomes, flushes } = await commitAll(
        changes({ appends: [make.append('order-o1', 2, { expectedVersion: 2 }), make.append('payment-1')] }),
        inserting(people.table, person('p1')),
        changes({ appends: [make.append('order-o2', 1, { expectedVersion: -1 }), make.append('order-o2', 4)] }),
      )
      const positions = outcomes.map((outcome) => (outcome.status === 'fulfilled' ? [...outcome.value.positions] : outcome.reason))
      expect(positions).toEqual([
        [
          ['order-o1', 4],
          ['payment-1', 0],
        ],
        [],
        [['order-o2', 4]],
      ])
      expect(flushes.length).toBe(1)
      const messages = await gathered.database.events.readStream('order-o2', { limit: 10 })
      expect(messages.map(({ stored }) => stored?.position)).toEqual([0, 1, 2, 3, 4])
    })

    test('except for what has to ask first, and each is told the numbers made for it', async () => {
      const { outcomes } = await commitAll(...times(4, (number) => inserting(tickets.table, { title: `ticket ${number}` })))
      const numbers = outcomes.map((outcome) => (outcome.status === 'fulfilled' ? Number(outcome.value.generated[0]?.id) : outcome.reason))
      expect([...numbers].sort()).toEqual([1, 2, 3, 4])
      const titles = await Promise.all(numbers.map(async (number) => (await loadOne(gathered.database, tickets, String(number))).row.title))
      expect(titles).toEqual(times(4, (number) => `ticket ${number}`))
    })
  })

  describe('fail alone', () => {
    const failing: readonly (readonly [what: string, set: () => ChangeSet, error: object])[] = [
      ['for a stale row', () => command('o1', 9, 5), { code: 'EXPECTED_VERSION', target: 'Order o1', expected: 5, actual: 0 }],
      ['for a row that is gone', () => command('o99', 9), { code: 'EXPECTED_VERSION', target: 'Order o99', actual: undefined }],
      [
        'for a row that is gone and has no version',
        () => changes({ updates: [{ table: people.table, id: 'p9', row: person('p9') }] }),
        { code: 'ROW_NOT_FOUND' },
      ],
      [
        'for a stale stream',
        () => changes({ appends: [make.append('order-o1', 1, { expectedVersion: 3 })] }),
        { code: 'EXPECTED_VERSION', target: 'order-o1', expected: 3, actual: -1 },
      ],
      ['for a parent that is not there', () => inserting(items, item('i1', 'nowhere', 0)), { code: 'PARENT_NOT_FOUND' }],
      ['for a key that is taken', () => inserting(orders.table, order('o1')), { code: 'UNIQUE_VIOLATION', fields: ['id'] }],
      ['for what only the server can see', () => command('o1', 1000), { code: 'DATABASE_FAILED', message: /small/ }],
    ]
    test.each(failing)('%s, with the error that it would get alone, and nothing of it is stored', async (_, set, error) => {
      await server.admin(`ALTER TABLE "${gathered.schema}".conformance_orders ADD CONSTRAINT small CHECK (total < 1000)`)
      const alone = await gathered.database.commit(set()).catch((reason: unknown) => reason)
      const { outcomes, flushes } = await commitAll(
        command('o2', 2),
        together(set(), inserting(people.table, person('with it'))),
        command('o3', 3),
      )
      expect(flushes[0]?.length).toBeGreaterThan(3)
      expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
      expect(outcomes[1]).toMatchObject({
        reason: { ...error, ...('message' in error ? { message: expect.stringMatching(error.message as RegExp) } : {}) },
      })
      expect(outcomes[1]).toMatchObject({ reason: { name: (alone as Error).name, message: (alone as Error).message } })
      expect([await totalOf('o2'), await totalOf('o3')]).toEqual([2, 3])
      expect(await selectedIds(gathered.database, people)).toEqual([])
    })

    test('when they are stale: the others go together again', async () => {
      const { outcomes, flushes } = await commitAll(command('o1', 1), command('o2', 2, 5), command('o3', 3), command('o4', 4))
      expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled', 'fulfilled'])
      // All, the look at the versions, three again and the stale one.
      expect(flushes.filter((statements) => statements.length === 4).length).toBe(2)
    })

    test('when the server refuses the batch: all go one by one', async () => {
      const { outcomes, flushes } = await commitAll(
        inserting(orders.table, order('a')),
        inserting(orders.table, order('o1')),
        inserting(orders.table, order('b')),
      )
      expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
      expect(flushes.map((statements) => statements.length)).toEqual([2, 1, 1, 1])
    })
  })

  describe('are as if one had come after the other', () => {
    const email = (id: string, contact_email: string) => person(id, { contact_email })
    const rivals: readonly (readonly [what: string, code: string, left: () => ChangeSet, right: () => ChangeSet])[] = [
      ['the same version of a row', 'EXPECTED_VERSION', () => command('o1', 1), () => command('o1', 2)],
      ['the same key', 'UNIQUE_VIOLATION', () => inserting(orders.table, order('a')), () => inserting(orders.table, order('a'))],
      [
        'the same unique value',
        'UNIQUE_VIOLATION',
        () => inserting(people.table, email('p1', 'ann@example.com')),
        () => inserting(people.table, email('p2', 'ann@example.com')),
      ],
      [
        'the same version of a stream',
        'EXPECTED_VERSION',
        () => changes({ appends: [make.append('order-o1', 1, { expectedVersion: -1 })] }),
        () => changes({ appends: [make.append('order-o1', 1, { expectedVersion: -1 })] }),
      ],
      [
        'the same message id',
        'DUPLICATE_MESSAGE',
        () => changes({ appends: [appending('order-o1', [new MessageMaker().message('order-o1')])] }),
        // The first message of a maker of its own has the id that every first message has; the other's is a later one.
        () => changes({ appends: [make.append('order-o4'), appending('order-o2', [new MessageMaker().message('order-o2')])].slice(1) }),
      ],
    ]
    test.each(rivals)('when two want %s: one gets it', async (_, code, left, right) => {
      const { outcomes } = await commitAll(left(), right(), command('o3', 3))
      expect(
        outcomes
          .slice(0, 2)
          .map(({ status }) => status)
          .sort(),
      ).toEqual(['fulfilled', 'rejected'])
      expect(outcomes.find(({ status }) => status === 'rejected')).toMatchObject({ reason: { code } })
      expect(await totalOf('o3')).toBe(3)
    })

    test('when two want the same stream, whatever its version, both get it in turn', async () => {
      const { outcomes } = await commitAll(...times(3, () => changes({ appends: [make.append('order-o1', 2)] })), command('o3', 3))
      const positions = outcomes
        .slice(0, 3)
        .map((outcome) => (outcome.status === 'fulfilled' ? outcome.value.positions.get('order-o1') : -1))
      expect(positions).toEqual([1, 3, 5])
    })

    test('when each takes what the other gives up, which neither can before the other', async () => {
      await gathered.database.commit(inserting(people.table, email('p1', 'ann@example.com'), email('p2', 'bob@example.com')))
      const moving = (id: string, to: string, successor: string, from: string) =>
        together(changes({ updates: [{ table: people.table, id, row: email(id, to) }] }), inserting(people.table, email(successor, from)))
      const { outcomes } = await commitAll(
        moving('p1', 'ann@example.org', 'p3', 'bob@example.com'),
        moving('p2', 'bob@example.org', 'p4', 'ann@example.com'),
      )
      expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected'])
    })
  })
})
