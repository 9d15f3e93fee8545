import { ObjectNotFoundError, TooManyObjectsError } from 'proteanjs'
import { describe, expect, test, vi } from 'vitest'
import type { OrderName } from '../../../src/unit-of-work/query/read-only-query.ts'
import { Dashboard, databaseCalls, idsOf, Money, Order, orders, Ranking, shop, store, storeDashboards, useShop } from './shop.ts'

useShop()

const numbered = (count: number) =>
  Array.from({ length: count }, (_, index) => ({ orderId: String(index + 1).padStart(3, '0'), total: index % 3 }))

async function drained<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const all: Item[] = []
  for await (const one of items) all.push(one)
  return all
}

describe('all', () => {
  test('W9: gives everything: there is no hidden limit', async () => {
    await store(...numbered(150))
    const page = await orders().all()
    expect(page.items).toHaveLength(150)
    expect(page).toMatchObject({ total: 150, page: 1, pageSize: undefined, totalPages: 1, hasNext: false, hasPrev: false })
    expect(page.first?.orderId).toBe('001')
    expect(page.last?.orderId).toBe('150')
  })

  test('gives the page that limit and offset cut out, and how many there are in all', async () => {
    await store(...numbered(7))
    const page = await orders().limit(3).offset(3).all()
    expect([...page].map((order) => order.orderId)).toEqual(['004', '005', '006'])
    expect(page).toMatchObject({ total: 7, page: 2, pageSize: 3, totalPages: 3, hasNext: true, hasPrev: true })
    expect(await orders().limit(3).offset(6).all()).toMatchObject({ page: 3, hasNext: false, hasPrev: true })
    expect(await orders().limit(3).all()).toMatchObject({ page: 1, hasNext: true, hasPrev: false })
    expect(await orders().limit(7).all()).toMatchObject({ totalPages: 1, hasNext: false })
  })

  test('of nothing has no pages', async () => {
    const page = await orders().limit(3).all()
    expect(page).toMatchObject({ items: [], total: 0, page: 1, pageSize: 3, totalPages: 0, hasNext: false, hasPrev: false })
    expect([page.first, page.last]).toEqual([undefined, undefined])
    expect(await orders().all()).toMatchObject({ total: 0, totalPages: 0 })
  })

  test('past the end is empty and still knows the total', async () => {
    await store(...numbered(4))
    expect(await orders().limit(2).offset(10).all()).toMatchObject({ items: [], total: 4, page: 6, hasNext: false, hasPrev: false })
  })

  test('with limit 0 reads nothing and never has a next page', async () => {
    await store(...numbered(4))
    expect(await orders().limit(0).all()).toMatchObject({ items: [], total: 4, page: 1, pageSize: 0, totalPages: 0, hasNext: false })
  })

  test('with an offset alone skips and knows the total', async () => {
    await store(...numbered(4))
    const page = await orders().offset(3).all()
    expect(page.items.map((order) => order.orderId)).toEqual(['004'])
    expect(page).toMatchObject({ total: 4, page: 1, totalPages: 1, hasNext: false, hasPrev: true })
  })

  test('gives a frozen page', async () => {
    await store(...numbered(2))
    const page = await orders().all()
    expect(Object.isFrozen(page)).toBe(true)
    expect(Object.isFrozen(page.items)).toBe(true)
  })

  test('a limit can be taken away again', async () => {
    await store(...numbered(3))
    expect(await idsOf(orders().limit(1).limit(undefined))).toHaveLength(3)
  })
})

describe('one call to the database', () => {
  test('is what each question costs', async () => {
    await store(...numbered(10))
    const calls = databaseCalls()
    const asked = async (body: () => Promise<unknown>) => {
      calls.length = 0
      await body()
      return [...calls]
    }
    expect(await asked(() => orders().all())).toEqual(['select'])
    expect(await asked(() => orders().limit(2).offset(2).all())).toEqual(['select'])
    expect(await asked(() => orders().first())).toEqual(['select'])
    expect(await asked(() => orders().filter({ orderId: '001' }).one())).toEqual(['select'])
    expect(await asked(() => orders().count())).toEqual(['count'])
    expect(await asked(() => orders().exists())).toEqual(['exists'])
    expect(await asked(() => drained(orders().iterate({ pageSize: 100 })))).toEqual(['select'])
    expect(await asked(() => orders().select('total').all())).toEqual(['select'])
  })
})

describe('first and one', () => {
  test('first respects order and offset, and is undefined when there is none', async () => {
    await store(...numbered(3))
    expect((await orders().orderBy('-orderId').first())?.orderId).toBe('003')
    expect((await orders().offset(1).first())?.orderId).toBe('002')
    expect(await orders().filter({ orderId: 'x' }).first()).toBeUndefined()
    expect(await orders().limit(0).first()).toBeUndefined()
  })

  test('one gives the only one and refuses none and several', async () => {
    await store(...numbered(3))
    expect((await orders().filter({ orderId: '002' }).one()).orderId).toBe('002')
    await expect(orders().filter({ orderId: 'x' }).one()).rejects.toBeInstanceOf(ObjectNotFoundError)
    await expect(orders().one()).rejects.toBeInstanceOf(TooManyObjectsError)
  })
})

test('count and exists disregard order, limit and offset', async () => {
  await store(...numbered(5))
  expect(await orders().orderBy('-total').limit(2).offset(1).count()).toBe(5)
  expect(await orders().filter({ total: 2 }).count()).toBe(1)
  expect(await orders().limit(0).exists()).toBe(true)
  expect(await orders().filter({ total: 9 }).exists()).toBe(false)
})

describe('orderBy', () => {
  test('orders by several fields, and the identifier decides between equals', async () => {
    await store(...numbered(6))
    expect(await idsOf(orders().orderBy('-total'))).toEqual(['003', '006', '002', '005', '001', '004'])
    expect(await idsOf(orders().orderBy('-total', '-orderId'))).toEqual(['006', '003', '005', '002', '004', '001'])
  })

  test('adds to earlier steps, the first mention of a field counting', async () => {
    await store(...numbered(6))
    expect(await idsOf(orders().orderBy('total').orderBy('-orderId', '-total'))).toEqual(['004', '001', '005', '002', '006', '003'])
  })

  test('asks the database for each column once, and for none after the identifier', async () => {
    const select = vi.spyOn(shop.providers.get('default')!.database, 'select')
    await orders().orderBy('-total', 'total', 'note').orderBy('note', '-orderId', 'count').all()
    expect(select.mock.calls[0]?.[0].orderBy).toEqual([
      { column: 'total', descending: true },
      { column: 'note', descending: false },
      { column: 'order_id', descending: true },
    ])
  })

  test('takes parts of value objects', async () => {
    const prices = [3, 1, 2]
    await store(...prices.map((amount, index) => ({ orderId: String(index), price: new Money({ amount }) })))
    expect(await idsOf(orders().orderBy('-price.amount'))).toEqual(['0', '2', '1'])
  })

  test('puts what is absent last, in descending order first', async () => {
    await store({ orderId: '1', count: 1 }, { orderId: '2' }, { orderId: '3', count: 3 })
    expect(await idsOf(orders().orderBy('count'))).toEqual(['1', '3', '2'])
    expect(await idsOf(orders().orderBy('-count'))).toEqual(['2', '3', '1'])
  })

  test('of a query replaces the order of the element', async () => {
    const rankings = shop.repositoryFor(Ranking)
    for (const [orderId, total] of [
      ['a', 1],
      ['b', 3],
      ['c', 2],
    ] as const)
      await rankings.add(new Ranking({ orderId, total }))
    expect(await idsOf(rankings.query)).toEqual(['b', 'c', 'a'])
    expect(await idsOf(rankings.query.orderBy('orderId'))).toEqual(['a', 'b', 'c'])
  })

  test.each([
    ['nothing', 'QUERY_UNKNOWN_FIELD'],
    ['-', 'QUERY_UNKNOWN_FIELD'],
    ['tags', 'QUERY_INVALID_ORDER'],
    ['price', 'QUERY_INVALID_ORDER'],
    ['items', 'QUERY_INVALID_ORDER'],
    ['items.sku', 'QUERY_INVALID_ORDER'],
    [5, 'QUERY_INVALID_ORDER'],
  ])('refuses %j', (name, code) => {
    expect(() => orders().orderBy(name as OrderName<Order>)).toThrow(expect.objectContaining({ code }))
  })
})

test.each([-1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, '5', null])('limit, offset and page size refuse %j', (value) => {
  const refusal = expect.objectContaining({ code: 'QUERY_INVALID_PAGE' })
  expect(() => orders().limit(value as number)).toThrow(refusal)
  expect(() => orders().offset(value as number)).toThrow(refusal)
  expect(() => orders().iterate({ pageSize: value as number } as never)).toThrow(refusal)
})

describe('iterate', () => {
  test('gives everything in order, page by page', async () => {
    await store(...numbered(25))
    const calls = databaseCalls()
    const found = await drained(orders().orderBy('-total').iterate({ pageSize: 10 }))
    expect(calls).toEqual(['select', 'select', 'select'])
    expect(found.map((order) => order.orderId)).toEqual(await idsOf(orders().orderBy('-total')))
  })

  test('pages through absent values and through value objects', async () => {
    await store(
      ...Array.from({ length: 9 }, (_, index) => ({
        orderId: String(index),
        ...(index % 2 === 0 ? {} : { price: new Money({ amount: index }) }),
      })),
    )
    for (const name of ['price.amount', '-price.amount'] as const) {
      const found = await drained(orders().orderBy(name).iterate({ pageSize: 2 }))
      expect(found.map((order) => order.orderId)).toEqual(await idsOf(orders().orderBy(name)))
    }
  })

  test('keeps filter, limit and offset', async () => {
    await store(...numbered(25))
    const query = orders()
      .filter({ total: { gte: 1 } })
      .limit(7)
      .offset(2)
    expect((await drained(query.iterate({ pageSize: 3 }))).map((order) => order.orderId)).toEqual(await idsOf(query))
    expect(await drained(orders().limit(0).iterate())).toEqual([])
    expect((await drained(orders().limit(4).iterate({ pageSize: 4 }))).map((order) => order.orderId)).toEqual(['001', '002', '003', '004'])
  })

  test('neither skips nor repeats while rows go', async () => {
    await store(...numbered(9))
    const seen: string[] = []
    for await (const order of orders().iterate({ pageSize: 2 })) {
      seen.push(order.orderId)
      await shop.repositoryFor(Order).remove(order)
    }
    expect(seen).toHaveLength(9)
    expect(await orders().count()).toBe(0)
  })

  test('sees in a unit of work what its own loop saves', async () => {
    await store(...numbered(5))
    await shop.unitOfWork(async () => {
      for await (const order of orders()
        .filter({ total: { lt: 100 } })
        .iterate({ pageSize: 1 })) {
        for (const other of (await orders().all()).items) {
          other.total = 100
          await shop.repositoryFor(Order).add(other)
        }
        expect(order.orderId).toBe('001')
      }
    })
  })

  test('stops reading when its loop is left', async () => {
    await store(...numbered(9))
    const calls = databaseCalls()
    for await (const order of orders().iterate({ pageSize: 2 })) if (order.orderId === '002') break
    expect(calls).toEqual(['select'])
  })

  test('is what for await does with a query', async () => {
    await store(...numbered(3))
    expect((await drained(orders())).map((order) => order.orderId)).toEqual(['001', '002', '003'])
  })
})

test('projections are queried in the same way', async () => {
  await storeDashboards({ orderId: '1', city: 'Rome', total: 5 }, { orderId: '2', city: 'Oslo', total: 7 })
  const query = shop.repositoryFor(Dashboard).query
  expect(await idsOf(query.filter({ city: { icontains: 'ro' } }))).toEqual(['1'])
  expect(await idsOf(query.orderBy('-total'))).toEqual(['2', '1'])
})
