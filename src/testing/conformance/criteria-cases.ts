import type { Criteria, Lookup } from '../../ports/criteria.ts'
import type { ColumnValue, Row } from '../../ports/table.ts'
import { sample } from './schemas.ts'

type Operand = ColumnValue | readonly ColumnValue[]

/** Rows, and for each condition on one column the ids of those that meet it. */
export interface LookupCases {
  readonly column: string
  readonly rows: readonly Row[]
  readonly cases: readonly (readonly [lookup: Lookup, operand: Operand, ids: string])[]
}

export function compare(column: string, lookup: Lookup, value: Operand): Criteria {
  return { op: 'compare', column, lookup, value }
}

/** Rows named by single letters, each with one value in the column; `z` has null there. */
function rowsWith(column: string, byId: Readonly<Record<string, ColumnValue>>): Row[] {
  return [...Object.entries(byId).map(([id, value]) => sample(id, { [column]: value })), sample('z')]
}

const instant = (text: string) => new Date(`2026-${text}Z`)

/** What every type of column has in common: equality, order, membership, null. */
export const typeCases: readonly LookupCases[] = [
  {
    column: 'words',
    rows: rowsWith('words', { a: 'Apple', b: 'apple', c: 'banana', d: '', e: 'éclair', f: 'ﬀ', g: '😀' }),
    cases: [
      ['eq', 'apple', 'b'],
      ['eq', '', 'd'],
      ['eq', 'apple ', ''],
      ['ne', 'apple', 'acdefg'],
      ['in', ['Apple', 'banana', 'cherry'], 'ac'],
      ['in', [], ''],
      ['gt', 'apple', 'cefg'],
      ['gte', 'apple', 'bcefg'],
      ['lt', 'apple', 'ad'],
      ['lte', 'apple', 'abd'],
      // By code point: U+FB00 comes before U+1F600, though its UTF-16 unit is the higher one.
      ['gt', 'ﬀ', 'g'],
      ['lt', '😀', 'abcdef'],
      ['isNull', true, 'z'],
      ['isNull', false, 'abcdefg'],
    ],
  },
  {
    column: 'whole',
    rows: rowsWith('whole', { a: -10, b: 0, c: 2, d: 10, e: 9_007_199_254_740_991 }),
    cases: [
      ['eq', 2, 'c'],
      ['ne', 2, 'abde'],
      ['in', [0, 10, 3], 'bd'],
      ['gt', 2, 'de'],
      ['gte', 2, 'cde'],
      ['lt', 2, 'ab'],
      ['lte', 2, 'abc'],
      ['gt', 1.5, 'cde'],
      ['eq', 1.5, ''],
      ['lt', -9.5, 'a'],
      ['gt', 9_007_199_254_740_990, 'e'],
      ['isNull', true, 'z'],
    ],
  },
  {
    column: 'real',
    rows: rowsWith('real', { a: -0.5, b: 0, c: 0.1, d: 2, e: 1e20 }),
    cases: [
      ['eq', 0.1, 'c'],
      ['eq', 2, 'd'],
      ['ne', 2, 'abce'],
      ['in', [0.1, 1e20], 'ce'],
      ['gt', 0, 'cde'],
      ['gte', 0, 'bcde'],
      ['lt', 0.1, 'ab'],
      ['lte', 0.1, 'abc'],
      ['isNull', false, 'abcde'],
    ],
  },
  {
    column: 'amount',
    rows: rowsWith('amount', { a: '-10.0000', b: '-9.5000', c: '0.0000', d: '9.5000', e: '10.0000', f: '12345678901234567890.0001' }),
    cases: [
      ['eq', '9.5', 'd'],
      ['eq', '009.500', 'd'],
      ['eq', '0', 'c'],
      ['ne', '10', 'abcdf'],
      ['in', ['10', '0.00', '7'], 'ce'],
      ['gt', '9.5', 'ef'],
      ['gte', '9.50000', 'def'],
      ['lt', '-9.5', 'a'],
      ['lte', '-9.5', 'ab'],
      ['gt', '12345678901234567890', 'f'],
      ['lt', '12345678901234567890.00011', 'abcdef'],
      ['isNull', true, 'z'],
    ],
  },
  {
    column: 'flag',
    rows: rowsWith('flag', { a: true, b: false }),
    cases: [
      ['eq', true, 'a'],
      ['eq', false, 'b'],
      ['ne', true, 'b'],
      ['in', [true, false], 'ab'],
      ['gt', false, 'a'],
      ['lte', false, 'b'],
      ['isNull', true, 'z'],
    ],
  },
  {
    column: 'day',
    rows: rowsWith('day', { a: '1999-12-31', b: '2000-01-01', c: '2024-02-29' }),
    cases: [
      ['eq', '2000-01-01', 'b'],
      ['ne', '2000-01-01', 'ac'],
      ['in', ['1999-12-31', '2024-02-29'], 'ac'],
      ['gt', '1999-12-31', 'bc'],
      ['gte', '2000-01-01', 'bc'],
      ['lt', '2000-01-01', 'a'],
      ['lte', '2000-01-01', 'ab'],
      ['isNull', true, 'z'],
    ],
  },
  {
    column: 'moment',
    rows: rowsWith('moment', { a: instant('01-01T00:00:00.000'), b: instant('01-01T00:00:00.001'), c: instant('07-01T12:00:00.000') }),
    cases: [
      ['eq', instant('01-01T00:00:00.001'), 'b'],
      ['ne', instant('01-01T00:00:00.001'), 'ac'],
      ['in', [instant('01-01T00:00:00.000'), instant('07-01T12:00:00.000')], 'ac'],
      ['gt', instant('01-01T00:00:00.000'), 'bc'],
      ['gte', instant('01-01T00:00:00.001'), 'bc'],
      ['lt', instant('01-01T00:00:00.001'), 'a'],
      ['lte', instant('01-01T00:00:00.001'), 'ab'],
      ['isNull', true, 'z'],
    ],
  },
  {
    column: 'data',
    rows: rowsWith('data', { a: { x: 1, y: [2] }, b: [1, 2], c: [], d: {}, e: 'x', f: [2, 1], g: 1, h: '1' }),
    cases: [
      ['eq', { y: [2], x: 1 }, 'a'],
      ['eq', [1, 2], 'b'],
      ['eq', [], 'c'],
      ['eq', 'x', 'e'],
      ['eq', 1, 'g'],
      ['ne', [1, 2], 'acdefgh'],
      ['in', [{}, [2, 1]], 'df'],
      ['isNull', true, 'z'],
    ],
  },
]

/** Lists in a json column. */
export const listCases: LookupCases = {
  column: 'data',
  rows: rowsWith('data', {
    a: ['red', 'green'],
    b: ['blue'],
    c: [],
    d: ['Red', null, 3],
    e: [{ x: 1 }, [1]],
    f: { red: 1 },
    g: 'red',
    h: ['3'],
  }),
  cases: [
    ['any', 'red', 'a'],
    ['any', 'gree', ''],
    ['any', 3, 'd'],
    ['any', '3', 'h'],
    ['any', { x: 1 }, 'e'],
    ['any', [1], 'e'],
    ['any', null, ''],
    ['overlap', ['blue', 'green'], 'ab'],
    ['overlap', ['green', 'red'], 'a'],
    ['overlap', [3, { x: 1 }], 'de'],
    ['overlap', [null], ''],
    ['overlap', [], ''],
    ['overlap', ['yellow'], ''],
  ],
}

/** Text that other languages would take for a pattern. */
export const literalCases: LookupCases = {
  column: 'words',
  rows: rowsWith('words', { a: '100%', b: '100x', c: 'a_b', d: 'axb', e: 'c\\d', f: "it's", g: 'x*y?[z]', h: '.*' }),
  cases: [
    ['contains', '%', 'a'],
    ['contains', '0%', 'a'],
    ['contains', '_', 'c'],
    ['contains', '\\', 'e'],
    ['contains', "'", 'f'],
    ['contains', '*', 'gh'],
    ['contains', '.', 'h'],
    ['contains', '', 'abcdefgh'],
    ['icontains', '0%', 'a'],
    ['icontains', '_', 'c'],
    ['icontains', 'A_B', 'c'],
    ['startsWith', '100%', 'a'],
    ['startsWith', 'a_', 'c'],
    ['startsWith', '%', ''],
    ['startsWith', '', 'abcdefgh'],
    ['endsWith', '%', 'a'],
    ['endsWith', '_b', 'c'],
    ['endsWith', ']', 'g'],
    ['iexact', '100%', 'a'],
    ['iexact', 'A_B', 'c'],
    ['iexact', '%', ''],
  ],
}

/** Which lookups ignore case, and how. */
export const caseCases: LookupCases = {
  column: 'words',
  rows: rowsWith('words', { a: 'Straße', b: 'STRASSE', c: 'ÄPFEL', d: 'äpfel', e: 'ΟΔΟΣ', f: 'οδος', g: 'Ёлка', h: 'İzmir', i: 'izmir' }),
  cases: [
    ['contains', 'straße', ''],
    ['contains', 'traße', 'a'],
    ['contains', 'pfel', 'd'],
    ['startsWith', 'ä', 'd'],
    ['endsWith', 'L', 'c'],
    ['iexact', 'strasse', 'b'],
    ['iexact', 'STRAßE', 'a'],
    ['iexact', 'Äpfel', 'cd'],
    ['iexact', 'Οδοσ', 'ef'],
    ['iexact', 'οδος', 'ef'],
    ['iexact', 'ёЛКА', 'g'],
    ['iexact', 'IZMIR', 'hi'],
    ['iexact', 'äpfe', ''],
    ['icontains', 'PFE', 'cd'],
    ['icontains', 'ΔΟΣ', 'ef'],
    ['icontains', 'İZ', 'hi'],
    ['icontains', 'äpfel!', ''],
  ],
}
