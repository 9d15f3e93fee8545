import { NotSupportedError } from 'proteanjs'
import { describe, expect, test, vi } from 'vitest'
import type { Query } from '../../../src/unit-of-work/query/query.ts'
import { Dashboard, databaseCalls, Money, Order, OrderItem, orders, shop, store, storeDashboards, useShop } from './shop.ts'

useShop()

/** Calls that the type checker would refuse. */
const writing = (query: unknown) => query as Query<Order>

describe('select', () => {
  test('gives frozen plain records with what was asked for and the identifier', async () => {
    await store({ orderId: '1', total: 5, note: 'x', tags: ['a'], price: new Money({ amount: 2 }), placedAt: '2026-01-01' })
    const record = await orders().select('total', 'note', 'weight', 'tags', 'placedAt').one()
    expect(record).toEqual({
      orderId: '1',
      total: 5,
      note: 'x',
      weight: undefined,
      tags: ['a'],
      placedAt: new Date('2026-01-01T00:00:00Z'),
    })
    expect(record._id).toBe('1')
    expect(Object.isFrozen(record)).toBe(true)
    expect(() => Object.assign(record, { total: 6 })).toThrow(TypeError)
  })

  test('takes value objects and their parts', async () => {
    await store({ orderId: '1', price: new Money({ amount: 2 }) }, { orderId: '2' })
    const [first, second] = (await orders().select('price', 'price.currency').all()).items
    expect(first?.price).toBeInstanceOf(Money)
    expect(first?.['price.currency']).toBe('USD')
    expect(second).toStrictEqual({ orderId: '2', price: undefined, 'price.currency': undefined })
  })

  test('works with every other step, before and after', async () => {
    await store({ orderId: '1', total: 1 }, { orderId: '2', total: 2 }, { orderId: '3', total: 3 })
    const query = orders()
      .filter({ total: { gt: 1 } })
      .select('total')
    expect((await query.orderBy('-total').limit(1).all()).items).toStrictEqual([{ orderId: '3', total: 3 }])
    expect(await query.exclude({ total: 3 }).first()).toStrictEqual({ orderId: '2', total: 2 })
    expect(await query.count()).toBe(2)
    expect(await query.exists()).toBe(true)
    const iterated: unknown[] = []
    for await (const record of query.iterate({ pageSize: 1 })) iterated.push(record)
    expect(iterated).toStrictEqual([
      { orderId: '2', total: 2 },
      { orderId: '3', total: 3 },
    ])
  })

  test('replaces an earlier select', async () => {
    await store({ orderId: '1', total: 1, note: 'x' })
    expect(await orders().select('total').select('note').one()).toStrictEqual({ orderId: '1', note: 'x' })
  })

  test('does not read children', async () => {
    await store({ orderId: '1', items: [new OrderItem({ sku: 'a', quantity: 1 })] })
    const select = vi.spyOn(shop.providers.get('default')!.database, 'select')
    await orders().select('total').all()
    expect((await select.mock.results[0]?.value)?.rows[0]?.children).toEqual([])
  })

  test('leaves the instances of the unit of work alone', async () => {
    await store({ orderId: '1', items: [new OrderItem({ sku: 'a', quantity: 1 })] })
    await shop.unitOfWork(async () => {
      const order = await shop.repositoryFor(Order).get('1')
      order.total = 9
      const calls = databaseCalls()
      expect(await orders().select('total').one()).toStrictEqual({ orderId: '1', total: 0 })
      expect(calls).toEqual(['select'])
    })
  })

  test('refuses unknown fields and children', () => {
    expect(() => orders().select('totl' as 'total')).toThrow(expect.objectContaining({ code: 'QUERY_UNKNOWN_FIELD' }))
    expect(() => orders().select('items' as 'total')).toThrow(NotSupportedError)
    expect(() => orders().select('items.sku' as 'total')).toThrow(NotSupportedError)
    expect(() => orders().select('labels.x' as 'total')).toThrow(NotSupportedError)
  })

  test('makes a query that cannot write', async () => {
    await store({ orderId: '1' })
    await expect(writing(orders().select('total')).update({ total: 5 })).rejects.toBeInstanceOf(NotSupportedError)
    await expect(writing(orders().select('total').filter({})).delete()).rejects.toBeInstanceOf(NotSupportedError)
    expect(await orders().count()).toBe(1)
  })
})

describe('a read-only query', () => {
  test('reads and cannot write, whatever steps follow', async () => {
    await store({ orderId: '1', total: 1 })
    const query = orders().readOnly().filter({ total: 1 })
    expect((await query.one()).orderId).toBe('1')
    await expect(writing(query).update({ total: 5 })).rejects.toBeInstanceOf(NotSupportedError)
    await expect(writing(query).delete()).rejects.toBeInstanceOf(NotSupportedError)
    expect(await orders().filter({ total: 1 }).count()).toBe(1)
  })

  test('is what a view gives', async () => {
    await storeDashboards({ orderId: '1', city: 'Rome' })
    const { query } = shop.viewFor(Dashboard)
    expect(await query.filter({ city: 'Rome' }).count()).toBe(1)
    await expect((query as unknown as Query<Dashboard>).delete()).rejects.toBeInstanceOf(NotSupportedError)
  })
})
