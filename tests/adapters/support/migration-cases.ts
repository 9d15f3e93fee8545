import { field } from 'proteanjs'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { changesText, checksumOf } from '../../../src/domain/migrations/migration-text.ts'
import { EVERYTHING } from '../../../src/ports/criteria.ts'
import type { Database } from '../../../src/ports/database.ts'
import type { Migration, MigrationPlanOptions, SchemaTools } from '../../../src/ports/schema-tools.ts'
import type { ClusterSchema } from '../../../src/ports/table.ts'
import { MessageMaker } from '../../../src/testing/conformance/messages.ts'
import { changes } from '../../../src/testing/conformance/rows.ts'
import { clustersOf, firstShop, laterShop } from './shop-versions.ts'

export interface MigrationHarness {
  readonly database: Database
  /** Tables with columns and indexes, in the database's own words, in no order of columns; left out where nobody but the adapter can ask. */
  described?(): Promise<unknown>
  dispose(): Promise<void>
}

const at = new Date('2026-03-04T05:06:07.000Z')

function script(sql: string, id = '20260304050607'): Migration {
  return { id, name: 'change', sql, checksum: checksumOf(sql) }
}

/** What every database that has a schema must make of domains that change. */
export function migrationCases(create: () => Promise<MigrationHarness>): void {
  let harness: MigrationHarness
  let database: Database
  let tools: SchemaTools

  beforeEach(async () => {
    harness = await create()
    database = harness.database
    tools = database.schema as SchemaTools
  })

  afterEach(() => harness.dispose())

  async function migrateTo(clusters: readonly ClusterSchema[], options?: MigrationPlanOptions, id?: string): Promise<void> {
    await tools.apply(script(changesText(await tools.plan(clusters, options)), id), at)
  }

  async function equalsFresh(clusters: readonly ClusterSchema[]): Promise<void> {
    const fresh = await create()
    await fresh.database.createArtifacts(clusters)
    expect(await harness.described?.()).toEqual(await fresh.described?.())
    await fresh.dispose()
  }

  const about = async (clusters: readonly ClusterSchema[], options?: MigrationPlanOptions) =>
    (await tools.plan(clusters, options)).changes.map((change) => change.about)

  async function fill(): Promise<void> {
    const [order, coupon] = clustersOf(firstShop) as [ClusterSchema, ClusterSchema]
    const line = order.children[0]?.table
    await database.commit(
      changes({
        inserts: [
          {
            table: order.table,
            rows: [
              {
                id: 'o1',
                email: 'ann@example.com',
                note: 'hi',
                total: 150,
                price_amount: 5,
                price_currency: 'EUR',
                number: null,
                _version: 3,
              },
              { id: 'o2', email: null, note: 'ho', total: null, price_amount: null, price_currency: null, number: null, _version: 0 },
            ],
          },
          { table: line!, rows: [{ id: 'l1', sku: 'pen', count: null, _parent_id: 'o1', _position: 0 }] },
          { table: coupon.table, rows: [{ id: 'c1', code: 'TEN', _version: 0 }] },
        ],
        appends: [new MessageMaker().append('order-o1')],
      }),
    )
  }

  describe('a plan', () => {
    test('has nothing to change where the tables were just created, nor after its own script', async () => {
      const clusters = clustersOf(firstShop)
      await database.createArtifacts(clusters)
      expect(await tools.plan(clusters)).toEqual({ changes: [], leftOver: [] })
    })

    test('makes everything from nothing, exactly as it is created otherwise', async () => {
      const clusters = clustersOf(laterShop)
      await migrateTo(clusters)
      expect(await tools.plan(clusters)).toEqual({ changes: [], leftOver: [] })
      await equalsFresh(clusters)
      await database.resetData()
      await database.dropArtifacts(clusters)
    })

    test('brings tables to a later version of the domain with all rows kept, and is empty then', async () => {
      await database.createArtifacts(clustersOf(firstShop))
      await fill()
      const later = clustersOf(laterShop)
      await migrateTo(later)
      const { changes: rest, leftOver } = await tools.plan(later)
      expect(rest).toEqual([])
      expect(leftOver.join('\n')).toMatch(/column order\.note belongs to nothing/)
      expect(leftOver.join('\n')).toMatch(/index by_note is declared by nothing/)
      expect(leftOver.join('\n')).toMatch(/table coupon belongs to nothing/)
      const [order] = later as [ClusterSchema]
      const [one, two] = [...(await database.load(order, ['o1', 'o2']))].sort((left, right) =>
        String(left.row.id) < String(right.row.id) ? -1 : 1,
      )
      expect(one?.row).toEqual({
        id: 'o1',
        contact: 'ann@example.com',
        total: '150',
        cost_amount: '5',
        cost_unit: 'EUR',
        state: 'new',
        tags: ['none'],
        serial: 1,
        _version: 3,
      })
      expect(one?.children[0]?.[0]?.row).toEqual({ id: 'l1', sku: 'pen', quantity: 1, _parent_id: 'o1', _position: 0 })
      expect(two?.row).toMatchObject({ contact: null, total: null, cost_amount: null, serial: 2 })
      expect(await database.events?.readStream('order-o1', { limit: 9 })).toHaveLength(1)
    })

    test('leaves tables that can be written as the later version does, and numbers go on', async () => {
      await database.createArtifacts(clustersOf(firstShop))
      await fill()
      const [order] = clustersOf(laterShop) as [ClusterSchema]
      await migrateTo(clustersOf(laterShop))
      const row = {
        id: 'o3',
        contact: 'bob@example.com',
        total: null,
        cost_amount: null,
        cost_unit: null,
        state: 'new',
        tags: [],
        serial: null,
        _version: 0,
      }
      const { generated } = await database.commit(changes({ inserts: [{ table: order.table, rows: [row] }] }))
      expect(generated.map(({ value }) => value)).toEqual([3])
      const again = database.commit(
        changes({ inserts: [{ table: order.table, rows: [{ ...row, id: 'o4', contact: 'ann@example.com' }] }] }),
      )
      await expect(again).rejects.toMatchObject({ code: 'UNIQUE_VIOLATION', fields: ['contact'] })
      await database.commit(changes({ deletes: [{ table: order.table, id: 'o1', expectedVersion: 3 }] }))
      expect(await database.count(order.children[0]!.table, EVERYTHING)).toBe(0)
    })

    test('drops what is left over only when it is asked to, and then equals a fresh schema', async () => {
      await database.createArtifacts(clustersOf(firstShop))
      await fill()
      const later = clustersOf(laterShop)
      await migrateTo(later, { destructive: true })
      expect(await tools.plan(later, { destructive: true })).toEqual({ changes: [], leftOver: [] })
      await equalsFresh(later)
      expect(await database.count(later[0]!.table, EVERYTHING)).toBe(2)
      await database.resetData()
    })

    test('refuses to require what rows do not have and no default tells, with every such column, and lets it be where there are no rows', async () => {
      const before = clustersOf((domain) => [domain.aggregate('Order', { note: field.string() })])
      const after = clustersOf((domain) => [
        domain.aggregate('Order', { note: field.string({ required: true }), sku: field.string({ required: true }) }),
      ])
      await database.createArtifacts(before)
      await migrateTo(after, {}, '20260101000000')
      expect(await about(after)).toEqual([])
      await migrateTo(before, { destructive: true }, '20260101000001')
      await database.commit(changes({ inserts: [{ table: before[0]!.table, rows: [{ id: 'o1', note: null, _version: 0 }] }] }))
      await expect(tools.plan(after)).rejects.toMatchObject({
        problems: [
          { code: 'MIGRATION_NEEDS_VALUE', element: 'Order', message: 'requires sku, which rows in order do not have.' },
          { code: 'MIGRATION_NEEDS_VALUE', element: 'Order', message: 'requires note, which rows in order do not have.' },
        ],
      })
    })

    test('changes a type that not every value fits only when it is asked to', async () => {
      const before = clustersOf((domain) => [domain.aggregate('Order', { total: field.string() })])
      const after = clustersOf((domain) => [domain.aggregate('Order', { total: field.integer() })])
      await database.createArtifacts(before)
      await database.commit(changes({ inserts: [{ table: before[0]!.table, rows: [{ id: 'o1', total: '12', _version: 0 }] }] }))
      const { changes: none, leftOver } = await tools.plan(after)
      expect(none).toEqual([])
      expect(leftOver).toEqual([expect.stringMatching(/^order\.total is .*text.*, of which not every value may fit into/i)])
      await migrateTo(after, { destructive: true })
      expect((await database.load(after[0]!, ['o1']))[0]?.row.total).toBe(12)
    })

    test('makes an index anew that is declared otherwise under its name', async () => {
      const indexed = (unique: boolean) =>
        clustersOf((domain) => [
          domain.aggregate('Order', { total: field.integer() }, { indexes: [{ fields: ['total'], name: 'by_total', unique }] }),
        ])
      await database.createArtifacts(indexed(false))
      expect(await about(indexed(true))).toEqual(['Makes the index by_total anew, as it is declared now.'])
      await migrateTo(indexed(true))
      expect(await about(indexed(true))).toEqual([])
    })
  })

  describe('a script', () => {
    test('is applied once, and noted with when', async () => {
      expect(await tools.applied()).toEqual([])
      const migration = script('CREATE TABLE one (a integer); -- ; not the end\nINSERT INTO one VALUES (1);')
      expect(await tools.apply(migration, at)).toBe(true)
      expect(await tools.apply(migration, new Date(0))).toBe(false)
      const { sql: _, ...noted } = migration
      expect(await tools.applied()).toEqual([{ ...noted, appliedAt: at }])
    })

    test('that fails leaves nothing, and says which one it was and why', async () => {
      const failing = tools.apply(script("CREATE TABLE one (a integer); INSERT INTO two VALUES ('x');"), at)
      await expect(failing).rejects.toMatchObject({
        code: 'MIGRATION_FAILED',
        message: expect.stringMatching(
          /^Migration 20260304050607_change could not be applied to database "test".*two.*Nothing of it was kept/,
        ),
      })
      expect(await tools.applied()).toEqual([])
      expect(await tools.apply(script('CREATE TABLE one (a integer)'), at)).toBe(true)
    })

    test('is applied once also when several begin at the same time', async () => {
      const migration = script('CREATE TABLE one (a integer)')
      const results = await Promise.all([tools.apply(migration, at), tools.apply(migration, at), tools.apply(migration, at)])
      expect(results.sort()).toEqual([false, false, true])
    })

    test('that is only recorded does not run', async () => {
      const migration = script('this is no SQL')
      expect(await tools.record(migration, at)).toBe(true)
      expect(await tools.apply(migration, at)).toBe(false)
    })
  })
}
