import fc from 'fast-check'
import type { Criteria, Lookup } from '../../../src/ports/criteria.ts'
import type { ColumnType, ColumnValue, Row } from '../../../src/ports/table.ts'
import { discounts, items, notes, samples } from '../../../src/testing/conformance/schemas.ts'

/** Few values, so that rows and operands often meet; each with something that is easily got wrong. */
const pools: Readonly<Record<ColumnType, readonly Exclude<ColumnValue, null>[]>> = {
  text: ['', 'a', 'A', 'ab', 'aB', 'b%', '_', '\\', 'Ä', 'ä', 'ΟΣ', 'οσ', 'ος', 'İ', 'i', 'ß', 'ﬀ', '😀', 'a😀'],
  integer: [-1, 0, 1, 2, 10],
  float: [-0.5, 0, 0.1, 1, 1e20],
  decimal: ['-1.5000', '0.0000', '1.5000', '10.0000', '100000000000000000000.0001'],
  boolean: [true, false],
  date: ['1999-12-31', '2000-01-01'],
  timestamp: [new Date(0), new Date(1), new Date(Date.UTC(2026, 0, 1))],
  json: [[], {}, ['a'], ['a', 1], [1, null], { a: [1] }, [{ a: [1] }], 'a', 1],
}

const everyType: readonly Lookup[] = ['eq', 'ne', 'in', 'isNull']
const ordered: readonly Lookup[] = [...everyType, 'gt', 'gte', 'lt', 'lte']
const lookups: Readonly<Record<ColumnType, readonly Lookup[]>> = {
  text: [...ordered, 'contains', 'startsWith', 'endsWith', 'iexact', 'icontains'],
  integer: ordered,
  float: ordered,
  decimal: ordered,
  boolean: ordered,
  date: ordered,
  timestamp: ordered,
  json: [...everyType, 'any', 'overlap'],
}

/** Decimals are compared by value, so operands are written in other ways than stored values too. */
const decimalOperands = ['1.5', '01.50', '-0', '10', '100000000000000000000.00010', '1.50001']
const elements: readonly ColumnValue[] = ['a', 1, { a: [1] }, [], null]

function columnValue(type: ColumnType): fc.Arbitrary<ColumnValue> {
  return fc.constantFrom(...pools[type], null)
}

function operandOf(type: ColumnType, lookup: Lookup): fc.Arbitrary<ColumnValue | readonly ColumnValue[]> {
  const one = type === 'decimal' ? fc.constantFrom(...pools.decimal, ...decimalOperands, null) : columnValue(type)
  if (lookup === 'isNull') return fc.boolean()
  if (lookup === 'any') return fc.constantFrom(...elements)
  if (lookup === 'overlap') return fc.array(fc.constantFrom(...elements), { maxLength: 3 })
  return lookup === 'in' ? fc.array(one, { maxLength: 3 }) : one
}

function comparisonOf(column: string, type: ColumnType): fc.Arbitrary<Criteria> {
  return fc
    .constantFrom(...lookups[type])
    .chain((lookup) => operandOf(type, lookup).map((value): Criteria => ({ op: 'compare', column, lookup, value })))
}

/** Trees over some conditions. */
function treesOf(leaf: fc.Arbitrary<Criteria>): fc.Arbitrary<Criteria> {
  return fc.letrec<{ tree: Criteria }>((tie) => ({
    tree: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      leaf,
      fc.record({ op: fc.constant('not' as const), term: tie('tree') }),
      fc.record({ op: fc.constantFrom('and' as const, 'or' as const), terms: fc.array(tie('tree'), { maxLength: 3 }) }),
    ),
  })).tree
}

const typed = samples.table.columns.filter(({ name }) => name !== 'id')
const sampleIds = fc.constantFrom('s0', 's1', 's2', 's3', 'none')
const byKey: fc.Arbitrary<Criteria> = fc.oneof(
  sampleIds.map((value): Criteria => ({ op: 'compare', column: 'id', lookup: 'eq', value })),
  fc.array(sampleIds, { maxLength: 3 }).map((value): Criteria => ({ op: 'compare', column: 'id', lookup: 'in', value })),
)

/** Conditions on the sample table, all columns and lookups. */
export const sampleCriteria: fc.Arbitrary<Criteria> = treesOf(fc.oneof(...typed.map(({ name, type }) => comparisonOf(name, type)), byKey))

/** Up to eight rows `s0` to `s7` of the sample table. */
export const sampleRows: fc.Arbitrary<readonly Row[]> = fc
  .array(fc.record(Object.fromEntries(typed.map(({ name, type }) => [name, columnValue(type)]))), { maxLength: 8 })
  .map((rows) => rows.map((row, at) => ({ id: `s${at}`, ...row })))

const onDiscount = treesOf(fc.constantFrom('a', 'b').map((value): Criteria => ({ op: 'compare', column: 'code', lookup: 'eq', value })))
const onItem = treesOf(
  fc.oneof(
    comparisonOf('quantity', 'integer'),
    onDiscount.map((where): Criteria => ({ op: 'some', child: discounts, where })),
  ),
)
const onNote = treesOf(comparisonOf('words', 'text'))

/** Conditions on orders that ask for their children and grandchildren. */
export const orderCriteria: fc.Arbitrary<Criteria> = treesOf(
  fc.oneof(
    comparisonOf('total', 'integer'),
    onItem.map((where): Criteria => ({ op: 'some', child: items, where })),
    onNote.map((where): Criteria => ({ op: 'some', child: notes, where })),
  ),
)

export interface ArbitraryOrder {
  readonly total: ColumnValue
  readonly items: readonly { readonly quantity: ColumnValue; readonly codes: readonly string[] }[]
  readonly notes: readonly string[]
}

/** What some orders hold. */
export const arbitraryOrders: fc.Arbitrary<readonly ArbitraryOrder[]> = fc.array(
  fc.record({
    total: columnValue('integer'),
    items: fc.array(fc.record({ quantity: columnValue('integer'), codes: fc.array(fc.constantFrom('a', 'b', 'c'), { maxLength: 2 }) }), {
      maxLength: 3,
    }),
    notes: fc.array(fc.constantFrom('', 'a', 'A', 'b%'), { maxLength: 2 }),
  }),
  { maxLength: 5 },
)

/** Columns of the sample table to order by, in their directions. */
export const sampleOrder = fc.array(
  fc.record({
    column: fc.constantFrom(...samples.table.columns.filter(({ type }) => type !== 'json').map(({ name }) => name)),
    descending: fc.boolean(),
  }),
  { maxLength: 3 },
)
