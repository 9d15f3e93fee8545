import type { ClusterSchema, ColumnSchema, ColumnType, Row, TableSchema } from '../../ports/table.ts'

function column(name: string, type: ColumnType, more: Partial<ColumnSchema> = {}): ColumnSchema {
  return { name, type, required: false, field: name, ...more }
}

const ID = column('id', 'text', { required: true })

const DISCOUNTS: TableSchema = {
  name: 'conformance_discounts',
  element: 'Discount',
  columns: [
    ID,
    column('item_id', 'text', { required: true }),
    column('place', 'integer', { required: true }),
    column('code', 'text', { required: true }),
  ],
  primaryKey: 'id',
  parent: { table: 'conformance_items', column: 'item_id', orderColumn: 'place' },
  uniques: [],
  indexes: [],
}

const ITEMS: TableSchema = {
  name: 'conformance_items',
  element: 'OrderItem',
  columns: [
    ID,
    column('order_id', 'text', { required: true }),
    column('place', 'integer', { required: true }),
    column('sku', 'text', { required: true }),
    column('quantity', 'integer'),
  ],
  primaryKey: 'id',
  parent: { table: 'conformance_orders', column: 'order_id', orderColumn: 'place' },
  uniques: [],
  indexes: [],
}

const NOTES: TableSchema = {
  name: 'conformance_notes',
  element: 'Note',
  columns: [
    ID,
    column('order_id', 'text', { required: true }),
    column('place', 'integer', { required: true }),
    column('words', 'text', { required: true }),
  ],
  primaryKey: 'id',
  parent: { table: 'conformance_orders', column: 'order_id', orderColumn: 'place' },
  uniques: [],
  indexes: [],
}

const ORDERS: TableSchema = {
  name: 'conformance_orders',
  element: 'Order',
  columns: [ID, column('version', 'integer', { required: true }), column('status', 'text', { required: true }), column('total', 'integer')],
  primaryKey: 'id',
  versionColumn: 'version',
  uniques: [],
  indexes: [{ name: 'ix_conformance_orders_status', columns: [{ name: 'status', descending: false }], include: [] }],
}

const PEOPLE: TableSchema = {
  name: 'conformance_people',
  element: 'Person',
  columns: [
    column('id', 'text', { required: true, field: 'personId' }),
    column('contact_email', 'text', { field: 'contact.email' }),
    column('tenant', 'text'),
    column('nick_name', 'text', { field: 'nick' }),
    column('visits', 'integer'),
  ],
  primaryKey: 'id',
  uniques: [
    { name: 'uq_conformance_people_email', columns: ['contact_email'], fields: ['contact.email'] },
    { name: 'uq_conformance_people_nick', columns: ['tenant', 'nick_name'], fields: ['tenant', 'nick'] },
  ],
  indexes: [],
}

const SAMPLES: TableSchema = {
  name: 'conformance_samples',
  element: 'Sample',
  columns: [
    ID,
    column('words', 'text'),
    column('whole', 'integer'),
    column('real', 'float'),
    column('amount', 'decimal', { precision: 30, scale: 4 }),
    column('flag', 'boolean'),
    column('day', 'date'),
    column('moment', 'timestamp'),
    column('data', 'json'),
  ],
  primaryKey: 'id',
  uniques: [],
  indexes: [],
}

const TICKETS: TableSchema = {
  name: 'conformance_tickets',
  element: 'Ticket',
  columns: [
    column('number', 'integer', { required: true, generated: true }),
    column('title', 'text', { required: true }),
    column('seat', 'integer', { generated: true }),
  ],
  primaryKey: 'number',
  uniques: [],
  indexes: [],
}

const LOANS: TableSchema = {
  name: 'conformance_loans',
  element: 'Loan',
  columns: [
    ID,
    column('book', 'text', { field: 'bookId' }),
    column('state', 'text'),
    column('fee', 'decimal', { precision: 10, scale: 2 }),
    column('due', 'timestamp'),
    column('lost', 'boolean'),
  ],
  primaryKey: 'id',
  uniques: [
    {
      name: 'uq_conformance_loans_book',
      columns: ['book'],
      fields: ['bookId'],
      descending: ['book'],
      include: ['due'],
      where: { op: 'compare', column: 'state', lookup: 'in', value: ['out', "late, isn't it"] },
    },
    {
      name: 'uq_conformance_loans_due',
      columns: ['due', 'fee'],
      fields: ['due', 'fee'],
      where: {
        op: 'and',
        terms: [
          { op: 'not', term: { op: 'compare', column: 'lost', lookup: 'eq', value: true } },
          { op: 'compare', column: 'fee', lookup: 'gte', value: '9.50' },
          { op: 'compare', column: 'due', lookup: 'gt', value: new Date('2026-01-01T00:00:00.000Z') },
        ],
      },
    },
  ],
  indexes: [
    {
      name: 'ix_conformance_loans_free',
      columns: [{ name: 'due', descending: true }],
      include: ['book'],
      where: { op: 'compare', column: 'state', lookup: 'isNull', value: true },
    },
  ],
}

const leaf = (table: TableSchema): ClusterSchema => ({ table, children: [] })

/** A versioned root with two kinds of children, one of which has children of its own. */
export const orders: ClusterSchema = { table: ORDERS, children: [{ table: ITEMS, children: [leaf(DISCOUNTS)] }, leaf(NOTES)] }
/** No version; one unique column, and one unique pair. */
export const people: ClusterSchema = leaf(PEOPLE)
/** A column of every type, all of them nullable. */
export const samples: ClusterSchema = leaf(SAMPLES)
/** A generated primary key and another generated column. */
export const tickets: ClusterSchema = leaf(TICKETS)
/** Unique values among some rows only. */
export const loans: ClusterSchema = leaf(LOANS)
export const items: TableSchema = ITEMS
export const discounts: TableSchema = DISCOUNTS
export const notes: TableSchema = NOTES

/** Everything that the database suite stores. */
export const conformanceClusters: readonly ClusterSchema[] = [orders, people, samples, tickets, loans]

export function order(id: string, more: Row = {}): Row {
  return { id, version: 0, status: 'draft', total: null, ...more }
}

export function item(id: string, orderId: string, place: number, more: Row = {}): Row {
  return { id, order_id: orderId, place, sku: `sku-${id}`, quantity: 1, ...more }
}

export function discount(id: string, itemId: string, place: number, more: Row = {}): Row {
  return { id, item_id: itemId, place, code: `code-${id}`, ...more }
}

export function note(id: string, orderId: string, place: number, more: Row = {}): Row {
  return { id, order_id: orderId, place, words: `words-${id}`, ...more }
}

export function person(id: string, more: Row = {}): Row {
  return { id, contact_email: null, tenant: null, nick_name: null, visits: null, ...more }
}

export function sample(id: string, more: Row = {}): Row {
  return { id, words: null, whole: null, real: null, amount: null, flag: null, day: null, moment: null, data: null, ...more }
}

export function loan(id: string, more: Row = {}): Row {
  return { id, book: null, state: null, fee: null, due: null, lost: null, ...more }
}
