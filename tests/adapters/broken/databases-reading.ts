import { IncorrectUsageError } from '../../../src/errors.ts'
import type { Criteria } from '../../../src/ports/criteria.ts'
import { EVERYTHING } from '../../../src/ports/criteria.ts'
import type { Database, Selection, SelectionResult } from '../../../src/ports/database.ts'
import type { ClusterRow, ColumnValue, Row } from '../../../src/ports/table.ts'
import type { DatabaseDefect } from './broken-database.ts'
import { brokenDatabase } from './broken-database.ts'
import { columnsOf, comparisons, understanding } from './criteria-rewriting.ts'

const lookups = 'G9: every lookup finds the rows that it should'
const literal = 'G9: the operand of a text lookup is taken literally'
const letters = 'G9: case counts, except where a lookup ignores it'
const logic = 'G9: criteria are two-valued'
const keys = 'G9: rows are found by their primary key like by any column'
const children = 'G9: a condition may ask for children'
const order = 'G9: rows come in the order asked for'
const pages = 'G9: a page holds what was asked for'
const keysets = 'G9: keyset pages give every row once'
const clusters = 'a row comes with its children, at every level and in their order'
const values = 'G9: a value comes back as it was stored'

const isText = (value: unknown): value is string => typeof value === 'string'
const some = (column: string): Criteria => ({ op: 'compare', column, lookup: 'isNull', value: false })

function misunderstanding(defect: string, breaks: string, rewrite: (part: Criteria) => Criteria): DatabaseDefect {
  return brokenDatabase(defect, breaks, (inner) => understanding(inner, rewrite))
}

/** Selects everything that meets the condition and then makes a page of it in its own way. */
function paging(
  defect: string,
  breaks: string,
  page: (rows: readonly ClusterRow[], selection: Selection) => readonly ClusterRow[],
): DatabaseDefect {
  return brokenDatabase(defect, breaks, (inner) => ({
    select: async (selection) => {
      const right = await inner.select(selection)
      const { rows } = await inner.select({ ...selection, limit: undefined, offset: undefined, after: undefined })
      return { ...right, rows: page(rows, selection) }
    },
  }))
}

function sorted(defect: string, compare: (left: ColumnValue, right: ColumnValue) => number): DatabaseDefect {
  return paging(defect, order, (rows, { orderBy: [first], cluster }) => {
    const { column, descending } = first ?? { column: cluster.table.primaryKey, descending: false }
    const by = (left: ClusterRow, right: ClusterRow) => compare(left.row[column] ?? null, right.row[column] ?? null)
    return [...rows].sort((left, right) => (descending ? by(right, left) : by(left, right)))
  })
}

/** Makes something else of every row that is read, at every level. */
function reading(defect: string, breaks: string, change: (row: ClusterRow) => ClusterRow): DatabaseDefect {
  const changed = (row: ClusterRow): ClusterRow => change({ ...row, children: row.children.map((list) => list.map(changed)) })
  return brokenDatabase(defect, breaks, (inner) => ({
    load: async (...wanted) => (await inner.load(...wanted)).map(changed),
    select: async (selection): Promise<SelectionResult> => {
      const result = await inner.select(selection)
      return { ...result, rows: result.rows.map(changed) }
    },
  }))
}

function valued(defect: string, change: (value: ColumnValue, column: string) => ColumnValue): DatabaseDefect {
  return reading(defect, values, ({ row, ...rest }) => ({
    ...rest,
    row: Object.fromEntries(Object.entries(row).map(([column, value]) => [column, change(value, column)])),
  }))
}

/** Gives the same row out again and again, and lets it be changed. */
function sharing(inner: Database): Partial<Database> {
  const given = new Map<string, ClusterRow>()
  return {
    load: async (cluster, ids) => {
      const rows = await inner.load(cluster, ids)
      return rows.map((row) => {
        const key = String(row.row[cluster.table.primaryKey])
        const shared = given.get(key) ?? { ...row, row: { ...row.row } as Row }
        given.set(key, shared)
        return shared
      })
    },
  }
}

export const readingDefects: readonly DatabaseDefect[] = [
  misunderstanding(
    'gte leaves the boundary out',
    lookups,
    comparisons((part) => (part.lookup === 'gte' ? { ...part, lookup: 'gt' } : part)),
  ),
  misunderstanding(
    'lookups of lists look at text',
    lookups,
    comparisons((part) => (part.lookup === 'any' && part.value === 3 ? { ...part, value: '3' } : part)),
  ),
  misunderstanding(
    '% and _ in an operand match anything',
    literal,
    comparisons((part) => (part.lookup === 'contains' && isText(part.value) && /[%_]/.test(part.value) ? some(part.column) : part)),
  ),
  misunderstanding(
    'iexact is a pattern match',
    literal,
    comparisons((part) => (part.lookup === 'iexact' && part.value === '%' ? some(part.column) : part)),
  ),
  misunderstanding(
    'contains ignores case',
    letters,
    comparisons((part) => (part.lookup === 'contains' ? { ...part, lookup: 'icontains' } : part)),
  ),
  misunderstanding(
    'case is ignored in English only',
    letters,
    comparisons((part) =>
      part.lookup === 'iexact' && isText(part.value) && /\P{ASCII}/u.test(part.value) ? { ...part, lookup: 'eq' } : part,
    ),
  ),
  misunderstanding('not is that of SQL: what is unknown stays unknown', logic, (part) =>
    part.op === 'not' ? { op: 'and', terms: [part, ...columnsOf(part.term).map(some)] } : part,
  ),
  misunderstanding('a negated or loses its negation', logic, (part) => (part.op === 'not' && part.term.op === 'or' ? part.term : part)),
  misunderstanding(
    'eq null means is null',
    logic,
    comparisons((part) => (part.lookup === 'eq' && part.value === null ? { ...part, lookup: 'isNull', value: true } : part)),
  ),
  misunderstanding(
    'ne matches null',
    logic,
    comparisons((part) => (part.lookup === 'ne' ? { op: 'not', term: { ...part, lookup: 'eq' } } : part)),
  ),
  misunderstanding(
    'a list without values matches everything',
    logic,
    comparisons((part) => (part.lookup === 'in' && Array.isArray(part.value) && part.value.length === 0 ? EVERYTHING : part)),
  ),
  misunderstanding('the empty or matches everything', logic, (part) => (part.op === 'or' && part.terms.length === 0 ? EVERYTHING : part)),
  brokenDatabase('a key that is named twice gives its row twice', keys, (inner) => ({
    select: async (selection) => {
      const result = await inner.select(selection)
      const { where } = selection
      const wanted =
        where.op === 'compare' && where.lookup === 'in' && Array.isArray(where.value) ? (where.value as readonly ColumnValue[]) : []
      return {
        ...result,
        rows: result.rows.flatMap((row) => [
          row,
          ...wanted
            .filter((id) => id === row.row.id)
            .slice(1)
            .map(() => row),
        ]),
      }
    },
  })),
  misunderstanding(
    'of several values in a unique column only the first counts',
    'G9: rows are found by unique columns like by any columns',
    comparisons((part) =>
      part.column === 'nick_name' && Array.isArray(part.value)
        ? { ...part, lookup: 'eq', value: (part.value[0] ?? null) as ColumnValue }
        : part,
    ),
  ),
  misunderstanding('the criteria for children are not looked at', children, (part) =>
    part.op === 'some' ? { ...part, where: EVERYTHING } : part,
  ),
  misunderstanding('conditions on grandchildren always hold', children, (part) =>
    part.op === 'some' && part.child.name.endsWith('discounts') ? EVERYTHING : part,
  ),
  brokenDatabase('criteria that do not fit find nothing', 'G9: criteria that do not fit are refused', (inner) => ({
    count: async (table, where) => {
      try {
        return await inner.count(table, where)
      } catch (error) {
        if (error instanceof IncorrectUsageError) return 0
        throw error
      }
    },
  })),
  sorted('null comes first', (left, right) => (left === right ? 0 : left === null ? -1 : right === null ? 1 : left < right ? -1 : 1)),
  sorted('text is ordered by UTF-16 units', (left, right) =>
    left === right ? 0 : left === null ? 1 : right === null ? -1 : left < right ? -1 : 1,
  ),
  sorted('text is ordered as in a dictionary', (left, right) => (isText(left) && isText(right) ? left.localeCompare(right) : 0)),
  paging('descending turns equal rows around too', order, (rows, { orderBy: [first] }) =>
    first?.descending === true && rows.every(({ row }) => row[first.column] === 1 || row[first.column] === null)
      ? [...rows].reverse()
      : rows,
  ),
  paging('a limit of 0 means no limit', pages, (rows, { limit = 0, offset = 0 }) =>
    rows.slice(offset, limit === 0 ? undefined : offset + limit),
  ),
  paging('there are a hundred rows at most', pages, (rows, { limit = 100, offset = 0 }) => rows.slice(offset, offset + limit)),
  brokenDatabase('the total is that of the page', pages, (inner) => ({
    select: async (selection) => {
      const result = await inner.select(selection)
      return result.total === undefined ? result : { ...result, total: result.rows.length }
    },
  })),
  brokenDatabase('keyset pages leave out what equals the last row', keysets, (inner) => ({
    select: async (selection) => {
      const [first] = selection.orderBy
      const [last] = selection.after ?? []
      if (first === undefined || last === undefined || last === null || first.column === 'id') return inner.select(selection)
      const beyond: Criteria = { op: 'compare', column: first.column, lookup: first.descending ? 'lt' : 'gt', value: last }
      return inner.select({ ...selection, after: undefined, where: { op: 'and', terms: [selection.where, beyond] } })
    },
  })),
  reading('there are a hundred children at most', clusters, (row) => ({
    ...row,
    children: row.children.map((list) => list.slice(0, 100)),
  })),
  reading('children come in the wrong order', clusters, (row) => ({ ...row, children: row.children.map((list) => [...list].reverse()) })),
  reading('grandchildren are left out', clusters, (row) => ({
    ...row,
    children: row.children.map((list) => list.map((child) => ({ ...child, children: child.children.map(() => []) }))),
  })),
  valued('instants are cut to seconds', (value) => (value instanceof Date ? new Date(Math.floor(value.getTime() / 1000) * 1000) : value)),
  valued('decimals are floating point numbers', (value, column) => (column === 'amount' && isText(value) ? String(Number(value)) : value)),
  valued('empty text is null', (value) => (value === '' ? null : value)),
  brokenDatabase('rows that were given out can be changed', 'G10: changing a row outside changes nothing stored', sharing),
]
