import { afterEach, beforeEach, expect, test } from 'vitest'
import { MessageMaker } from '../../../src/testing/conformance/messages.ts'
import { changes, inserting, is, loadOne, selectedIds, together, updatingOrder } from '../../../src/testing/conformance/rows.ts'
import { order, orders } from '../../../src/testing/conformance/schemas.ts'
import { describePostgres } from '../../support/postgres.ts'
import { GatheredDatabase } from '../support/gathered-database.ts'

describePostgres('commits that gather on PostgreSQL, when something goes wrong', (server) => {
  let gathered: GatheredDatabase
  let make: MessageMaker

  beforeEach(async () => {
    gathered = new GatheredDatabase(server)
    make = new MessageMaker()
    await gathered.open()
    await gathered.database.commit(inserting(orders.table, order('o1'), order('o2'), order('o3')))
  })

  afterEach(() => gathered.database.close())

  const command = (id: string) => together(updatingOrder(order(id, { total: 1 }), 0), changes({ appends: [make.append(`order-${id}`)] }))
  const versionOf = async (id: string) => Number((await loadOne(gathered.database, orders, id)).row.version)

  test('the connection breaks during a batch: nobody knows, and each is told so', async () => {
    const { schema, database } = gathered
    await server.admin(`CREATE FUNCTION "${schema}".die() RETURNS trigger LANGUAGE plpgsql AS
      $$ BEGIN IF NEW.id = 'fatal' THEN PERFORM pg_terminate_backend(pg_backend_pid()); END IF; RETURN NEW; END $$`)
    await server.admin(`CREATE TRIGGER die BEFORE INSERT ON "${schema}".conformance_orders FOR EACH ROW EXECUTE FUNCTION "${schema}".die()`)
    const sets = [command('o1'), inserting(orders.table, order('fatal')), command('o2')]
    const { outcomes, flushes } = await gathered.gather(
      () => database.commit(command('o3')),
      () => sets.map((set) => database.commit(set)),
    )
    expect(flushes.length).toBe(1)
    for (const outcome of outcomes) expect(outcome).toMatchObject({ reason: { code: 'COMMIT_OUTCOME_UNKNOWN', retryable: true } })
    expect(new Set(outcomes.map((outcome) => (outcome.status === 'rejected' ? outcome.reason : undefined))).size).toBe(3)
    expect(await Promise.all(['o1', 'o2', 'o3'].map(versionOf))).toEqual([0, 0, 1])
    expect(await selectedIds(database, orders)).not.toContain('fatal')
  })

  test('a change set that cannot be written down fails alone, and those that it waited with are stored', async () => {
    const { database } = gathered
    let isChecked = false
    const broken = new Proxy(order('broken'), {
      get: (row, column) => {
        if (isChecked && column === 'status') throw new Error('cannot be written down')
        return row[column as string]
      },
    })
    const sets = [command('o1'), inserting(orders.table, broken), command('o2')]
    const { outcomes } = await gathered.gather(
      () => database.commit(command('o3')),
      () => {
        const begun = sets.map((set) => database.commit(set))
        isChecked = true
        return begun
      },
    )
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
    expect(await Promise.all(['o1', 'o2', 'o3'].map(versionOf))).toEqual([1, 1, 1])
    expect(await selectedIds(database, orders)).not.toContain('broken')
  })

  test('the database is closed while they wait: each is told so', async () => {
    const { database, client } = gathered
    await client.close()
    const [first, ...others] = await Promise.allSettled(['o1', 'o2', 'o3'].map((id) => database.commit(command(id))))
    for (const outcome of [first, ...others]) expect(outcome).toMatchObject({ reason: { code: 'NOT_OPEN' } })
  })

  test('one has to wait for a row that somebody else has locked: the others in its batch do not', async () => {
    const { database } = gathered
    const transaction = await database.begin()
    await transaction.updateWhere(orders.table, is('id', 'o1'), { total: 7 })
    let isBlocked = true
    let blocked: Promise<unknown> = Promise.resolve()
    const { outcomes } = await gathered.gather(
      () => database.commit(inserting(orders.table, order('first'))),
      () => {
        blocked = database.commit(command('o1')).finally(() => {
          isBlocked = false
        })
        return ['o2', 'o3'].map((id) => database.commit(command(id)))
      },
    )
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled'])
    expect(isBlocked).toBe(true)
    await transaction.rollback()
    await blocked
    expect(await Promise.all(['o1', 'o2', 'o3'].map(versionOf))).toEqual([1, 1, 1])
  })

  test('a lone commit has to wait for a stream that somebody else has locked: those who come later do not', async () => {
    const { database, schema } = gathered
    await server.admin('BEGIN')
    await server.admin(`SELECT pg_advisory_xact_lock(hashtextextended('order-o1', '"${schema}".protean_messages'::regclass::oid::bigint))`)
    const blocked = [1, 2].map(() => database.commit(changes({ appends: [make.append('order-o1')] })))
    await database.commit(command('o2'))
    expect(await database.events.lastMessage('order-o1')).toBeUndefined()
    await server.admin('COMMIT')
    expect((await Promise.all(blocked)).map(({ positions }) => positions.get('order-o1')).sort()).toEqual([0, 1])
  })
})
