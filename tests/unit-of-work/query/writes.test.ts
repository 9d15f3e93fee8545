import { InvalidOperationError, ValidationError } from 'proteanjs'
import { describe, expect, test } from 'vitest'
import type { Changes } from '../../../src/unit-of-work/query/query-writes.ts'
import {
  clock,
  Dashboard,
  databaseCalls,
  idsOf,
  Money,
  Order,
  OrderItem,
  orders,
  StampedDashboard,
  shop,
  store,
  storeDashboards,
  Tracker,
  useShop,
} from './shop.ts'

useShop()

const many = (count: number) => Array.from({ length: count }, (_, index) => ({ orderId: String(index + 1).padStart(3, '0'), total: index }))
const dashboards = () => shop.repositoryFor(Dashboard).query
const untyped = (values: unknown) => values as Changes<Order>

describe('update of aggregates', () => {
  test('W9: changes and counts every match, however many, in one unit of work', async () => {
    await store(...many(150))
    const calls = databaseCalls()
    expect(
      await orders()
        .filter({ total: { gte: 10 } })
        .update({ note: 'big' }),
    ).toBe(140)
    expect(calls).toEqual(['select', 'commit'])
    expect(await orders().filter({ note: 'big' }).count()).toBe(140)
  })

  test('advances versions and keeps children', async () => {
    await store({ orderId: '1', items: [new OrderItem({ sku: 'a', quantity: 1 })] })
    await orders().update({ note: 'x' })
    const order = await orders().one()
    expect(order._version).toBe(1)
    expect(order.items).toHaveLength(1)
  })

  test('coerces values, clears with null, and replaces value objects', async () => {
    await store({ orderId: '1', note: 'x', placedAt: '2026-01-01' })
    await orders().update({ note: null, placedAt: '2026-02-01T00:00:00Z', price: new Money({ amount: 4 }), tags: ['a'] })
    const order = await orders().one()
    expect(order.note).toBeUndefined()
    expect(order.placedAt).toEqual(new Date('2026-02-01T00:00:00Z'))
    expect(order.price?.amount).toBe(4)
    expect(order.tags).toEqual(['a'])
  })

  test('changes none when one of them refuses: a transition or an invariant', async () => {
    await store({ orderId: '1' }, { orderId: '2', status: 'placed' }, { orderId: '3' })
    await expect(orders().update({ status: 'placed' })).rejects.toThrow(ValidationError)
    expect(await orders().filter({ status: 'draft' }).count()).toBe(2)
    await expect(orders().filter({ status: 'placed' }).update({ status: 'paid' })).rejects.toThrow(ValidationError)
    expect(await orders().filter({ status: 'paid' }).count()).toBe(0)
    expect(await orders().filter({ status: 'placed' }).update({ status: 'paid', total: 5 })).toBe(1)
  })

  test('refuses values before it reads anything', async () => {
    const calls = databaseCalls()
    await expect(orders().update({ total: -1, note: 'a text that is too long for it' })).rejects.toMatchObject({
      codes: ['TOO_SMALL', 'TOO_LONG'],
    })
    await expect(orders().update(untyped({ total: 'abc' }))).rejects.toMatchObject({ codes: ['TYPE'] })
    await expect(orders().update(untyped({ total: null }))).rejects.toMatchObject({ codes: ['REQUIRED'] })
    await expect(orders().update(untyped({ totl: 1 }))).rejects.toMatchObject({ code: 'QUERY_UNKNOWN_FIELD' })
    await expect(orders().update(untyped({ 'price.amount': 1 }))).rejects.toMatchObject({ code: 'QUERY_UNKNOWN_FIELD' })
    await expect(orders().update(untyped({ note: undefined }))).rejects.toMatchObject({ code: 'QUERY_UNDEFINED_VALUE' })
    await expect(orders().update(untyped({ items: [] }))).rejects.toMatchObject({ code: 'QUERY_INVALID_UPDATE' })
    await expect(orders().update({})).rejects.toMatchObject({ code: 'QUERY_INVALID_UPDATE' })
    await expect(orders().update(untyped(undefined))).rejects.toMatchObject({ code: 'QUERY_INVALID_UPDATE' })
    await expect(orders().update({ orderId: '9' })).rejects.toBeInstanceOf(InvalidOperationError)
    expect(calls).toEqual([])
  })

  test('joins the unit of work that is open, and goes with it', async () => {
    await store({ orderId: '1', total: 1 }, { orderId: '2', total: 2 })
    const failure = new Error('given up')
    const attempt = shop.unitOfWork(async () => {
      const order = await shop.repositoryFor(Order).get('1')
      expect(await orders().update({ note: 'x' })).toBe(2)
      expect(order.note).toBe('x')
      throw failure
    })
    await expect(attempt).rejects.toBe(failure)
    expect(await orders().filter({ note: 'x' }).exists()).toBe(false)
  })
})

describe('update of projections', () => {
  test('is one statement', async () => {
    await storeDashboards(
      ...Array.from({ length: 150 }, (_, index) => ({ orderId: String(index), city: index % 3 === 0 ? 'Rome' : 'Oslo' })),
    )
    const calls = databaseCalls()
    expect(
      await dashboards()
        .filter({ city: 'Rome' })
        .update({ total: 7, tags: ['x'], price: new Money({ amount: 1 }) }),
    ).toBe(50)
    expect(calls).toEqual(['updateWhere'])
    const changed = await dashboards().filter({ total: 7 }).all()
    expect(changed.total).toBe(50)
    expect(changed.first?.tags).toEqual(['x'])
    expect(changed.first?.price?.currency).toBe('USD')
  })

  test('clears value objects with all their parts', async () => {
    await storeDashboards({ orderId: '1', price: new Money({ amount: 1 }) })
    await dashboards().update({ price: null })
    expect((await dashboards().one()).price).toBeUndefined()
  })

  test('holds values against the rules of their fields', async () => {
    await storeDashboards({ orderId: '1' })
    await expect(dashboards().update({ total: 'abc' as unknown as number })).rejects.toBeInstanceOf(ValidationError)
    await expect(dashboards().update({ orderId: '2' })).rejects.toBeInstanceOf(InvalidOperationError)
  })

  test('that would break a unique value changes nothing and says which', async () => {
    await storeDashboards({ orderId: '1', rank: 1 }, { orderId: '2', rank: 2 })
    await expect(dashboards().update({ rank: 3 })).rejects.toMatchObject({ issues: [{ path: 'rank', code: 'UNIQUE' }] })
    expect(await dashboards().filter({ rank: 3 }).count()).toBe(0)
  })

  test('is part of the unit of work', async () => {
    await storeDashboards({ orderId: '1', city: 'Rome' })
    const failure = new Error('given up')
    const attempt = shop.unitOfWork(async () => {
      await dashboards().update({ city: 'Oslo' })
      expect(await dashboards().filter({ city: 'Oslo' }).count()).toBe(1)
      throw failure
    })
    await expect(attempt).rejects.toBe(failure)
    expect(await dashboards().filter({ city: 'Rome' }).count()).toBe(1)
  })

  test('changes the instances that the unit of work has', async () => {
    await storeDashboards({ orderId: '1', city: 'Rome' })
    await shop.unitOfWork(async () => {
      const repository = shop.repositoryFor(Dashboard)
      const dashboard = await repository.get('1')
      await repository.query.update({ city: 'Oslo' })
      dashboard.total = 9
      await repository.add(dashboard)
    })
    expect(await dashboards().one()).toMatchObject({ city: 'Oslo', total: 9 })
  })

  test('stamps what is stamped at every save', async () => {
    const repository = shop.repositoryFor(StampedDashboard)
    clock.set('2026-01-01')
    await repository.add(new StampedDashboard({ orderId: '1', city: 'Rome' }))
    clock.set('2026-06-01')
    expect(await repository.query.update({ city: 'Oslo' })).toBe(1)
    expect(await repository.get('1')).toMatchObject({ city: 'Oslo', changedAt: new Date('2026-06-01T00:00:00Z') })
  })

  test('keeps the transitions of a status, and is one statement where none is concerned', async () => {
    const repository = shop.repositoryFor(Tracker)
    await repository.add(new Tracker({ orderId: '1', stage: 'packed' }))
    await repository.add(new Tracker({ orderId: '2', stage: 'sent' }))
    await expect(repository.query.update({ stage: 'lost' })).rejects.toMatchObject({ codes: ['STATUS_TRANSITION'] })
    expect(await repository.query.filter({ stage: 'packed' }).update({ stage: 'sent' })).toBe(1)
    expect(await repository.query.filter({ stage: 'sent' }).count()).toBe(2)
    const calls = databaseCalls()
    await repository.query.update({ city: 'Oslo' })
    expect(calls).toEqual(['updateWhere'])
  })
})

describe('delete', () => {
  test('W9: of aggregates removes and counts every match with its children, in one unit of work', async () => {
    await store(...many(150).map((order) => ({ ...order, items: [new OrderItem({ sku: 'a', quantity: 1 })] })))
    const calls = databaseCalls()
    expect(
      await orders()
        .filter({ total: { gte: 10 } })
        .delete(),
    ).toBe(140)
    expect(calls).toEqual(['select', 'commit'])
    expect(await orders().count()).toBe(10)
    expect(await orders().filter({ 'items.sku': 'a' }).count()).toBe(10)
  })

  test('of projections is one statement', async () => {
    await storeDashboards({ orderId: '1', city: 'Rome' }, { orderId: '2', city: 'Oslo' })
    const calls = databaseCalls()
    expect(await dashboards().exclude({ city: 'Oslo' }).delete()).toBe(1)
    expect(calls).toEqual(['deleteWhere'])
    expect(await idsOf(dashboards())).toEqual(['2'])
  })

  test('of nothing gives 0', async () => {
    expect(await orders().delete()).toBe(0)
    expect(await dashboards().delete()).toBe(0)
  })
})

test('neither update nor delete follows an order, a limit or an offset', async () => {
  await store({ orderId: '1' }, { orderId: '2' })
  const refusal = { code: 'QUERY_LIMITED_WRITE' }
  for (const query of [orders().limit(1), orders().offset(1), orders().orderBy('total')]) {
    await expect(query.update({ note: 'x' })).rejects.toMatchObject(refusal)
    await expect(query.delete()).rejects.toMatchObject(refusal)
  }
  expect(await orders().count()).toBe(2)
})
