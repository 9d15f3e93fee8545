import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { appendTo, appendToMany, streamVersions } from '../../../src/adapters/postgres/append-statements.ts'
import { targetsOf } from '../../../src/adapters/postgres/append-targets.ts'
import { BatchStatements } from '../../../src/adapters/postgres/batch-statements.ts'
import { loadDriver } from '../../../src/adapters/postgres/driver.ts'
import { command } from '../../../src/adapters/postgres/event-schema.ts'
import { headOf, lastOfStream, ofCorrelation, ofLog, ofStream, streamsOf, withId } from '../../../src/adapters/postgres/log-statements.ts'
import { PoolClient } from '../../../src/adapters/postgres/pool-client.ts'
import { postgresDialect } from '../../../src/adapters/postgres/postgres-dialect.ts'
import { poolOptions } from '../../../src/adapters/postgres/settings.ts'
import { compileClaim } from '../../../src/adapters/sql/claim-steps.ts'
import { compileLookup, compileSelect } from '../../../src/adapters/sql/compile-select.ts'
import { encodeMessageRow } from '../../../src/adapters/sql/message-rows.ts'
import type { Statement } from '../../../src/adapters/sql/statement.ts'
import { times } from '../../../src/testing/conformance/assertions.ts'
import { compare } from '../../../src/testing/conformance/criteria-cases.ts'
import { MessageMaker } from '../../../src/testing/conformance/messages.ts'
import { inserting, is, selecting } from '../../../src/testing/conformance/rows.ts'
import { conformanceClusters, items, order, orders, people, person } from '../../../src/testing/conformance/schemas.ts'
import { describePostgres } from '../../support/postgres.ts'
import { postgresDatabase } from '../support/postgres-harness.ts'

describePostgres('query plans of PostgreSQL', (server) => {
  const dialect = postgresDialect()
  const schema = server.schema()
  // There is little in the tables, and reading all of it would often be cheapest.
  const options = { options: '-c enable_seqscan=off -c enable_bitmapscan=off' }
  const client = new PoolClient({
    pool: poolOptions('test', { databaseUri: server.uri, schema, poolSize: 1, options }),
    load: () => loadDriver('test'),
  })
  const harness = postgresDatabase(server, { schema })

  beforeAll(async () => {
    await harness.database.open()
    await harness.database.createArtifacts(conformanceClusters)
    const make = new MessageMaker()
    for (const stream of ['order-1', 'order-2', 'payment-1']) {
      await harness.database.events.append([make.append(stream, 40, { correlationId: stream, type: `${stream} done` })])
    }
    const some = times(500, (number) => String(number))
    await harness.database.commit(inserting(orders.table, ...some.map((id) => order(id, { status: `status ${id}` }))))
    await harness.database.commit(inserting(people.table, ...some.map((id) => person(id, { contact_email: `${id}@example.com` }))))
    await client.open()
    await client.flush([command('ANALYZE')])
  })

  afterAll(async () => {
    await client.close()
    await harness.database.close()
  })

  async function planOf({ text, values }: Statement): Promise<string> {
    const [plan] = await client.flush([{ text: `EXPLAIN ${text}`, values, gives: 'rows' }])
    return (plan?.rows ?? []).map((row) => String(row['QUERY PLAN'])).join('\n')
  }

  const rows = (more: Parameters<typeof selecting>[1], cluster = orders) => compileSelect(dialect, selecting(cluster, more))
  const updates = ['1', '2'].map((id) => ({ table: orders.table, id, row: order(id), expectedVersion: 0 }))
  const targets = targetsOf(['order-1', 'order-2'].map((stream) => new MessageMaker().append(stream))) ?? new Map()
  const append = appendTo('order-1', 'order', 3, [encodeMessageRow(new MessageMaker().message('order-1'))])

  const claim = compileClaim(dialect, { cluster: orders, where: is('status', 'draft'), orderBy: [], limit: 5, values: { status: 'taken' } })

  describe('what is asked often is found by an index', () => {
    const statements: readonly (readonly [what: string, index: string, statement: Statement])[] = [
      ['a row by its key', 'conformance_orders_pkey', compileLookup(dialect, orders.table, 'id', ['o1'])],
      ['W16: children of many parents', 'ix_conformance_items_order_id', compileLookup(dialect, items, 'order_id', ['o1', 'o2'])],
      ['W17: a row by a unique column', 'uq_conformance_people_email', rows({ where: is('contact_email', 'a') }, people)],
      ['rows by a declared index', 'ix_conformance_orders_status', rows({ where: is('status', 'draft') })],
      ['rows by the beginning of a text', 'ix_conformance_orders_status', rows({ where: compare('status', 'startsWith', 'dra') })],
      ['rows to claim, by a declared index', 'ix_conformance_orders_status', claim],
      ['the next page by key', 'conformance_orders_pkey', rows({ after: ['o1'], limit: 10 })],
      ['many rows to update by their keys', 'conformance_orders_pkey', new BatchStatements(dialect).update(orders.table, updates)],
      ['the versions of many streams to append to', 'protean_messages_pkey', appendToMany(targets)],
      ['a stream', 'protean_messages_pkey', ofStream('order-1', 0, 10, 100)],
      ['the last message of a stream', 'protean_messages_pkey', lastOfStream('order-1')],
      ['W23: a page of a category', 'ix_protean_messages_category', ofLog({ category: 'order', after: '1-1', limit: 100 })],
      ['W23: a page of everything', 'uq_protean_messages_log', ofLog({ after: '1-1', limit: 100 })],
      ['W23: a page of some types of everything', 'ix_protean_messages_type', ofLog({ after: '1-1', limit: 100, types: ['a', 'b'] })],
      ['W13b: the end of a category', 'ix_protean_messages_category', headOf('order')],
      ['the end of everything', 'uq_protean_messages_log', headOf(undefined)],
      ['a message by its id', 'uq_protean_messages_id', withId('m1')],
      ['W14, R2.27: messages of a correlation', 'ix_protean_messages_correlation', ofCorrelation('c1')],
      ['the streams of a category', 'ix_protean_messages_streams', streamsOf('order')],
      ['the version of a stream', 'protean_messages_pkey', streamVersions(['order-1', 'order-2'])],
      ['where an append goes', 'protean_messages_pkey', append],
    ]
    test.each(statements)('%s', async (_, index, statement) => {
      const plan = await planOf(statement)
      expect(plan).toMatch(new RegExp(`Index (Only )?Scan (Backward )?using ${index} `))
      expect(plan).not.toMatch(/Seq Scan/)
    })
  })

  test('logs, streams and pages by key need no sorting', async () => {
    const statements = [
      ofLog({ category: 'order', after: '1-1', limit: 100 }),
      ofLog({ after: '1-1', limit: 100 }),
      headOf('order'),
      ofStream('order-1', 0, 10, 100),
      ofCorrelation('c1'),
      streamsOf('order'),
      rows({ after: ['o1'], limit: 10 }),
    ]
    for (const statement of statements) expect(await planOf(statement)).not.toMatch(/Sort/)
  })
})
