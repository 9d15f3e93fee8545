import type { Condition, Repository } from 'proteanjs'
import { and, Domain, field, not, or } from 'proteanjs'
import { describe, expectTypeOf, test } from 'vitest'
import type { Page } from '../../src/unit-of-work/query/page.ts'
import type { Query } from '../../src/unit-of-work/query/query.ts'

const shop = new Domain('Shop')

class Money extends shop.valueObject('Money', { amount: field.float({ required: true }), currency: field.string({ default: 'USD' }) }) {
  twice() {
    return this.replace({ amount: this.amount * 2 })
  }
}
class Customer extends shop.aggregate('Customer', { name: field.string() }) {}
class Part extends shop.entity('Part', { name: field.string() }, { partOf: 'Item' }) {}
class Item extends shop.entity(
  'Item',
  { sku: field.string(), quantity: field.integer(), parts: field.hasMany(Part) },
  { partOf: 'Order' },
) {}
class Address extends shop.entity('Address', { city: field.string() }, { partOf: 'Order' }) {}
class Order extends shop.aggregate('Order', {
  orderId: field.identifier({ identifier: true }),
  customer: field.reference(Customer),
  status: field.status(['draft', 'placed'], { default: 'draft' }),
  total: field.float({ default: 0 }),
  urgent: field.boolean(),
  note: field.string(),
  placedAt: field.dateTime(),
  tags: field.list(field.string()),
  labels: field.dict<Record<string, string>>(),
  extra: field.json<{ readonly deep: number }>(),
  price: field.valueObject(Money),
  items: field.hasMany(Item),
  address: field.hasOne(Address),
}) {
  place() {
    this.status = 'placed'
  }
}
class Dashboard extends shop.projection('Dashboard', { orderId: field.identifier({ identifier: true }), city: field.string() }) {}

declare const query: Query<Order>
declare const customer: Customer
declare const price: Money

describe('filter', () => {
  test('takes the fields of the element, with values and lookups of their types', () => {
    query.filter({ status: 'placed', total: 5, urgent: true, note: null, placedAt: '2026-01-01', customer, price, tags: ['a'] })
    query.filter({ status: { in: ['draft', 'placed'] }, total: { gte: 1, lt: 9 }, placedAt: { gt: new Date(0) } })
    query.filter({ note: { icontains: 'x', isNull: false }, customer: { in: [customer, 'id'] }, tags: { any: 'a', overlap: ['b'] } })
    query.filter({ price: { ne: price }, labels: { eq: { a: 'b' } }, extra: { eq: { deep: 1 } } })
    query.filter({ 'price.currency': 'USD', 'price.amount': { gt: 1 }, 'items.sku': { startsWith: 'a' }, 'address.city': 'Rome' })
    query.filter({ items: { some: { sku: 'a', 'parts.name': 'b' } }, address: null, 'items.parts.name': 'x' })
    query.filter({ address: { isNull: true } }, { address: { some: { city: 'Rome' } } })
  })

  test('refuses unknown names, methods and what begins with an underscore', () => {
    // @ts-expect-error: no such field
    query.filter({ statsu: 'draft' })
    // @ts-expect-error: no such field, beside one that exists
    query.filter({ status: 'draft', totl: 5 })
    // @ts-expect-error: a method
    query.filter({ place: 'x' })
    // @ts-expect-error: the framework's own
    query.filter({ _version: 1 })
    // @ts-expect-error: no such part
    query.filter({ 'price.curency': 'USD' })
    // @ts-expect-error: a method of the value object
    query.filter({ 'price.twice': 1 })
    // @ts-expect-error: not stored
    query.filter({ 'price.hash': 'x' })
    // @ts-expect-error: no such field of the child
    query.filter({ 'items.skv': 'x' })
    // @ts-expect-error: a method of the child
    query.filter({ 'items.toObject': 'x' })
    // @ts-expect-error: data without parts
    query.filter({ 'note.length': 1 })
    // @ts-expect-error: no such field of the child
    query.filter({ items: { some: { skv: 'x' } } })
  })

  test('refuses values and lookups that do not fit', () => {
    // @ts-expect-error: a number, not a text
    query.filter({ total: 'abc' })
    // @ts-expect-error: not one of the states
    query.filter({ status: 'plcaed' })
    // @ts-expect-error: not one of the states
    query.filter({ status: { in: ['draft', 'gone'] } })
    // @ts-expect-error: a list
    query.filter({ status: { in: 'draft' } })
    // @ts-expect-error: a number has no text lookups
    query.filter({ total: { contains: '1' } })
    // @ts-expect-error: a boolean has no order
    query.filter({ urgent: { gt: false } })
    // @ts-expect-error: a text is no list
    query.filter({ note: { any: 'x' } })
    // @ts-expect-error: a list has no order
    query.filter({ tags: { gt: ['x'] } })
    // @ts-expect-error: an item of another type
    query.filter({ tags: { any: 5 } })
    // @ts-expect-error: no such lookup
    query.filter({ note: { startswith: 'x' } })
    // @ts-expect-error: parts are named by path
    query.filter({ price: { amount: 5 } })
    // @ts-expect-error: an object literal holds lookups
    query.filter({ extra: { deep: 1 } })
    // @ts-expect-error: children are named by path
    query.filter({ items: 'a' })
    // @ts-expect-error: a list of children is never absent
    query.filter({ items: null })
    // @ts-expect-error: undefined would widen the query
    query.filter({ note: undefined })
    // @ts-expect-error: undefined would widen the query
    query.filter({ total: { gte: undefined } })
    // @ts-expect-error: a part of another type
    query.filter({ 'price.amount': 'x' })
    // @ts-expect-error: at least one condition
    query.filter()
  })
})

describe('and, or and not', () => {
  test('know the element from where they stand, at any depth', () => {
    query.filter(or({ status: 'draft' }, and({ total: { gt: 1 } }, not({ note: null })), { 'items.sku': 'a' }))
    query.exclude(not(or({ urgent: true })), and())
    query.filter({ items: { some: or({ sku: 'a' }, not({ quantity: 1 })) } })
    // @ts-expect-error: no such field
    query.filter(or({ statsu: 'draft' }))
    // @ts-expect-error: not one of the states
    query.filter(or({ status: 'draft' }, and({ status: 'gone' })))
    // @ts-expect-error: a number, not a text
    query.exclude(not(not({ total: 'x' })))
    // @ts-expect-error: a field of the order, not of the item
    query.filter({ items: { some: or({ status: 'draft' }) } })
  })

  test('are told the element where nothing else says it', () => {
    const cheap = and<Order>({ total: { lt: 5 } }, not({ urgent: true }))
    query.filter(cheap).exclude(or({ note: 'x' }, cheap))
    const condition: Condition<Order> = or({ note: 'x' })
    query.filter(condition)
    // @ts-expect-error: a condition on something else
    query.filter(and<Customer>({ name: 'x' }))
    // @ts-expect-error: nothing says which element this is about
    not({ total: 5 })
  })
})

test('every step keeps the element, and items have its type', async () => {
  const found = await query.filter({ total: 1 }).exclude({ total: 2 }).orderBy('-total').limit(1).offset(1).all()
  expectTypeOf(found).toEqualTypeOf<Page<Order>>()
  expectTypeOf(found.items).toEqualTypeOf<readonly Order[]>()
  expectTypeOf(await query.first()).toEqualTypeOf<Order | undefined>()
  expectTypeOf(await query.one()).toEqualTypeOf<Order>()
  for await (const order of query.iterate({ pageSize: 5 })) expectTypeOf(order).toEqualTypeOf<Order>()
  for (const order of found) expectTypeOf(order).toEqualTypeOf<Order>()
})

test('orderBy takes what has an order', () => {
  query.orderBy('total', '-orderId', '-placedAt', 'price.amount', '-price.currency', 'urgent')
  // @ts-expect-error: no such field
  query.orderBy('totl')
  // @ts-expect-error: a list has no order
  query.orderBy('tags')
  // @ts-expect-error: a value object is ordered by a part
  query.orderBy('price')
  // @ts-expect-error: there may be many
  query.orderBy('items.sku')
  // @ts-expect-error: a method
  query.orderBy('place')
})

test('select gives records of what was asked for', async () => {
  const record = await query.select('total', 'note', 'price.currency').filter({ urgent: true }).one()
  expectTypeOf(record.total).toEqualTypeOf<number>()
  expectTypeOf(record.note).toEqualTypeOf<string | undefined>()
  expectTypeOf(record['price.currency']).toEqualTypeOf<string | undefined>()
  expectTypeOf(record._id).toEqualTypeOf<string>()
  // @ts-expect-error: not asked for
  void record.status
  // @ts-expect-error: frozen
  record.total = 5
  // @ts-expect-error: records have no children
  query.select('items')
  // @ts-expect-error: records do not write
  query.select('total').update({ total: 5 })
  // @ts-expect-error: records do not write
  query.select('total').delete()
})

test('update takes new values by field', () => {
  void query.update({ status: 'placed', note: null, placedAt: '2026-01-01', customer, price, tags: ['a'] })
  // @ts-expect-error: no such field
  void query.update({ totl: 5 })
  // @ts-expect-error: of another type
  void query.update({ total: 'x' })
  // @ts-expect-error: never absent
  void query.update({ total: null })
  // @ts-expect-error: children belong to one object each
  void query.update({ items: [] })
})

test('claim takes new values too, and gives objects', () => {
  expectTypeOf(query.limit(3).claim({ status: 'placed' })).resolves.toEqualTypeOf<readonly Order[]>()
  // @ts-expect-error: no such field
  void query.claim({ totl: 5 })
  // @ts-expect-error: records do not write
  query.select('total').claim({ total: 5 })
})

test('views have queries that cannot write', async () => {
  const view = shop.viewFor(Dashboard)
  expectTypeOf((await view.query.filter({ city: 'Rome' }).all()).items).toEqualTypeOf<readonly Dashboard[]>()
  // @ts-expect-error: read-only
  void view.query.update({ city: 'Rome' })
  // @ts-expect-error: read-only
  void view.query.filter({ city: 'Rome' }).delete()
  // @ts-expect-error: read-only
  void view.query.claim({ city: 'Rome' })
})

test('custom repositories query their own element', () => {
  class Orders extends shop.repository(Order) {
    cheap() {
      return this.query.filter({ total: { lt: 5 }, 'price.currency': 'USD' }, or({ urgent: true }, { note: null })).all()
    }
  }
  expectTypeOf(shop.repositoryFor(Orders).cheap()).resolves.toEqualTypeOf<Page<Order>>()
  const generic = <Element extends object>(repository: Repository<Element>, condition: Condition<Element>) =>
    repository.query.filter(condition).exclude(not(condition)).all()
  expectTypeOf(generic(shop.repositoryFor(Order), { status: 'draft' })).resolves.toEqualTypeOf<Page<Order>>()
})
