import fc from 'fast-check'
import { expect, test } from 'vitest'
import { MemoryDatabase } from '../../../src/adapters/memory/database.ts'
import { isProteanError } from '../../../src/errors.ts'
import type { ChangeSet } from '../../../src/ports/change-set.ts'
import { NO_CHANGES } from '../../../src/ports/change-set.ts'
import { EVERYTHING } from '../../../src/ports/criteria.ts'
import type { DatabaseReads } from '../../../src/ports/database.ts'
import type { ClusterRow, ClusterSchema, Row, TableSchema } from '../../../src/ports/table.ts'
import { discount, discounts, item, items, notes, order, orders, people, person } from '../../../src/testing/conformance/schemas.ts'
import type { NaiveState } from '../support/naive-database.ts'
import { naivelyCommitted, Refusal } from '../support/naive-database.ts'

const tables: readonly TableSchema[] = [orders.table, items, discounts, notes, people.table]

const orderId = fc.constantFrom('o1', 'o2')
const itemId = fc.constantFrom('i1', 'i2', 'i3')
const version = fc.integer({ min: 0, max: 3 })
const email = fc.constantFrom('a', 'b', null)

const anyRow: fc.Arbitrary<readonly [TableSchema, Row]> = fc.oneof(
  fc.tuple(orderId, version).map(([id, at]) => [orders.table, order(id, { version: at })] as const),
  fc.tuple(itemId, orderId, fc.nat(2)).map(([id, parent, place]) => [items, item(id, parent, place)] as const),
  fc.tuple(fc.constantFrom('d1', 'd2'), itemId).map(([id, parent]) => [discounts, discount(id, parent, 0)] as const),
  fc
    .tuple(fc.constantFrom('p1', 'p2', 'p3'), email, email, email)
    .map(([id, contact_email, tenant, nick_name]) => [people.table, person(id, { contact_email, tenant, nick_name })] as const),
)

/** Versions only where there are any, and not always. */
function expecting(table: TableSchema, expected: number | undefined) {
  return table.versionColumn === undefined ? {} : { expectedVersion: expected }
}

const changeSet: fc.Arbitrary<ChangeSet> = fc
  .record({
    deleted: fc.array(fc.tuple(anyRow, fc.option(version, { nil: undefined })), { maxLength: 1 }),
    updated: fc.array(fc.tuple(anyRow, fc.option(version, { nil: undefined })), { maxLength: 2 }),
    inserted: fc.array(anyRow, { maxLength: 3 }),
  })
  .map(({ deleted, updated, inserted }) => ({
    deletes: deleted.map(([[table, row], expected]) => ({ table, id: String(row.id), ...expecting(table, expected) })),
    updates: updated.map(([[table, row], expected]) => ({ table, id: String(row.id), row, ...expecting(table, expected) })),
    inserts: inserted.map(([table, row]) => ({ table, rows: [row] })),
    appends: [],
  }))

/** One change set by itself, or several in a transaction that ends well or not. */
const step = fc.record({
  sets: fc.array(changeSet, { minLength: 1, maxLength: 3 }),
  ending: fc.constantFrom('direct' as const, 'commit' as const, 'rollback' as const),
})

function naively(state: NaiveState, sets: readonly ChangeSet[]): NaiveState | string {
  try {
    return sets.reduce((reached, changes) => naivelyCommitted(tables, reached, changes), state)
  } catch (error) {
    if (error instanceof Refusal) return error.message
    throw error
  }
}

async function outcome(action: () => Promise<unknown>): Promise<string | undefined> {
  try {
    await action()
    return undefined
  } catch (error) {
    return isProteanError(error) ? error.code : String(error)
  }
}

function flattened(cluster: ClusterSchema, { row, children }: ClusterRow): (readonly [string, Row])[] {
  return [
    [cluster.table.name, { ...row }] as const,
    ...cluster.children.flatMap((child, at) => (children[at] ?? []).flatMap((one) => flattened(child, one))),
  ]
}

/** All rows, read as clusters, so that rows which hang on nothing would be missing and counted too few. */
async function rowsIn(reads: DatabaseReads): Promise<Record<string, readonly Row[]>> {
  const found: Record<string, Row[]> = Object.fromEntries(tables.map(({ name }) => [name, []]))
  for (const cluster of [orders, people]) {
    const { rows } = await reads.select({ cluster, where: EVERYTHING, orderBy: [] })
    for (const [table, row] of rows.flatMap((one) => flattened(cluster, one))) found[table]?.push(row)
  }
  for (const table of tables) expect(await reads.count(table, EVERYTHING)).toBe(found[table.name]?.length)
  return byId(found)
}

function byId(rows: Record<string, readonly Row[]>): Record<string, readonly Row[]> {
  return Object.fromEntries(
    Object.entries(rows).map(([table, list]) => [table, [...list].sort((left, right) => (String(left.id) < String(right.id) ? -1 : 1))]),
  )
}

function rowsOf(state: NaiveState): Record<string, readonly Row[]> {
  return byId(Object.fromEntries(tables.map(({ name }) => [name, [...(state.get(name)?.values() ?? [])]])))
}

test('whatever is committed, in transactions or without, leaves what a plain reading of the port leaves', async () => {
  const seen = new Set<string | undefined>()
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 12 }), async (steps) => {
      const database = new MemoryDatabase({ name: 'test' })
      await database.open()
      await database.createArtifacts([orders, people])
      let state: NaiveState = new Map()
      for (const { sets, ending } of steps) {
        const applied = ending === 'direct' ? sets.slice(0, 1) : sets
        const expected = naively(state, applied)
        const code = await outcome(async () => {
          if (ending === 'direct') return database.commit(applied[0]!)
          const transaction = await database.begin()
          for (const changes of applied) await transaction.apply(changes)
          if (typeof expected !== 'string') expect(await rowsIn(transaction)).toEqual(rowsOf(expected))
          expect(await rowsIn(database)).toEqual(rowsOf(state))
          return ending === 'commit' ? transaction.commit(NO_CHANGES) : transaction.rollback()
        })
        seen.add(code)
        expect(code).toBe(typeof expected === 'string' ? expected : undefined)
        if (typeof expected !== 'string' && ending !== 'rollback') state = expected
        expect(await rowsIn(database)).toEqual(rowsOf(state))
      }
    }),
    { numRuns: 600, seed: 7 },
  )
  expect([...seen].sort()).toEqual(['EXPECTED_VERSION', 'PARENT_NOT_FOUND', 'ROW_NOT_FOUND', 'UNIQUE_VIOLATION', undefined])
})

test('of two transactions that run side by side the later commit counts, or is refused', async () => {
  const seen = new Set<string>()
  await fc.assert(
    fc.asyncProperty(fc.array(changeSet, { maxLength: 4 }), changeSet, changeSet, async (before, first, second) => {
      const database = new MemoryDatabase({ name: 'test' })
      await database.open()
      await database.createArtifacts([orders, people])
      let state: NaiveState = new Map()
      for (const changes of before) {
        const next = naively(state, [changes])
        await database.commit(changes).catch(() => undefined)
        if (typeof next !== 'string') state = next
      }
      const [one, two] = [await database.begin(), await database.begin()]
      const applied = [await outcome(() => one.apply(first)), await outcome(() => two.apply(second))]
      for (const [at, transaction] of [one, two].entries()) {
        if (applied[at] !== undefined) continue
        const expected = naively(state, [at === 0 ? first : second])
        const code = await outcome(() => transaction.commit(NO_CHANGES))
        seen.add(`${at} ${code === undefined ? 'stored' : 'refused'}`)
        expect(code).toBe(typeof expected === 'string' ? expected : undefined)
        if (typeof expected !== 'string') state = expected
        expect(await rowsIn(database)).toEqual(rowsOf(state))
      }
    }),
    // The seed is fixed, because which cases are met is part of what is asserted.
    { numRuns: 1000, seed: 7 },
  )
  expect([...seen].sort()).toEqual(['0 stored', '1 refused', '1 stored'])
})
