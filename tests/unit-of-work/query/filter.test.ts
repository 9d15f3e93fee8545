import { and, not, or } from 'proteanjs'
import { describe, expect, test } from 'vitest'
import { Customer, idsOf, Order, orders, shop, store, useShop } from './shop.ts'

useShop()

describe('filter', () => {
  test('takes a value as equality and joins keys, conditions and steps with and', async () => {
    await store(
      { orderId: '1', note: 'a', total: 5 },
      { orderId: '2', note: 'a', total: 7 },
      { orderId: '3', note: 'b', total: 7, urgent: true },
      { orderId: '4', note: 'a', total: 7, urgent: true },
    )
    expect(await idsOf(orders().filter({ note: 'a' }))).toEqual(['1', '2', '4'])
    expect(await idsOf(orders().filter({ note: 'a', total: 7 }))).toEqual(['2', '4'])
    expect(await idsOf(orders().filter({ note: 'a' }, { total: 7 }))).toEqual(['2', '4'])
    expect(await idsOf(orders().filter({ note: 'a' }).filter({ total: 7 }).filter({ urgent: true }))).toEqual(['4'])
  })

  test('joins several lookups on one field with and', async () => {
    await store({ orderId: '1', total: 1 }, { orderId: '2', total: 2 }, { orderId: '3', total: 3 }, { orderId: '4', total: 4 })
    expect(await idsOf(orders().filter({ total: { gt: 1, lte: 3 } }))).toEqual(['2', '3'])
    expect(await idsOf(orders().filter({ total: { gte: 2, lt: 4, ne: 3 } }))).toEqual(['2'])
  })

  test('without a condition in it matches everything', async () => {
    await store({ orderId: '1' }, { orderId: '2' })
    expect(await idsOf(orders().filter({}))).toEqual(['1', '2'])
  })

  test('leaves the query that it was called on as it was', async () => {
    await store({ orderId: '1' }, { orderId: '2' })
    const all = orders()
    all.filter({ orderId: '1' })
    all.exclude({ orderId: '1' })
    all.limit(1)
    expect(await idsOf(all)).toEqual(['1', '2'])
  })

  test('keeps nothing of the condition that could be changed afterwards', async () => {
    await store({ orderId: '1', placedAt: '2026-01-01' }, { orderId: '2', placedAt: '2026-02-01' })
    const condition = { orderId: { in: ['1'] } }
    const date = new Date('2026-01-15T00:00:00Z')
    const query = orders()
      .filter(condition)
      .filter({ placedAt: { lt: date } })
    condition.orderId.in.push('2')
    date.setUTCFullYear(2027)
    expect(await idsOf(query)).toEqual(['1'])
  })

  test('finds what is absent by null and isNull', async () => {
    await store({ orderId: '1', note: 'x' }, { orderId: '2' })
    expect(await idsOf(orders().filter({ note: null }))).toEqual(['2'])
    expect(await idsOf(orders().filter({ note: { isNull: true } }))).toEqual(['2'])
    expect(await idsOf(orders().filter({ note: { eq: null } }))).toEqual(['2'])
    expect(await idsOf(orders().filter({ note: { isNull: false } }))).toEqual(['1'])
    expect(await idsOf(orders().filter({ note: { ne: null } }))).toEqual(['1'])
  })
})

describe('lookups', () => {
  test('ne does not find what is absent, exclude does', async () => {
    await store({ orderId: '1', note: 'x' }, { orderId: '2', note: 'y' }, { orderId: '3' })
    expect(await idsOf(orders().filter({ note: { ne: 'x' } }))).toEqual(['2'])
    expect(await idsOf(orders().exclude({ note: 'x' }))).toEqual(['2', '3'])
  })

  test('in finds any of the values, and nothing for an empty list', async () => {
    await store({ orderId: '1', total: 1 }, { orderId: '2', total: 2 }, { orderId: '3', total: 3 })
    expect(await idsOf(orders().filter({ total: { in: [1, 3] } }))).toEqual(['1', '3'])
    expect(await idsOf(orders().filter({ total: { in: [] } }))).toEqual([])
    expect(await idsOf(orders().exclude({ total: { in: [] } }))).toEqual(['1', '2', '3'])
  })

  test('text is taken literally, wildcards of databases included', async () => {
    await store(
      { orderId: '1', note: '50% off' },
      { orderId: '2', note: '500 off' },
      { orderId: '3', note: 'a_b' },
      { orderId: '4', note: 'aXb' },
    )
    expect(await idsOf(orders().filter({ note: { contains: '50%' } }))).toEqual(['1'])
    expect(await idsOf(orders().filter({ note: { icontains: 'A_B' } }))).toEqual(['3'])
    expect(await idsOf(orders().filter({ note: { iexact: 'a_B' } }))).toEqual(['3'])
    expect(await idsOf(orders().filter({ note: { startsWith: '50%' } }))).toEqual(['1'])
    expect(await idsOf(orders().filter({ note: { endsWith: '_b' } }))).toEqual(['3'])
  })

  test('those that begin with i ignore case, the others do not', async () => {
    await store({ orderId: '1', note: 'ÄPFEL' }, { orderId: '2', note: 'äpfel' })
    expect(await idsOf(orders().filter({ note: { contains: 'pf' } }))).toEqual(['2'])
    expect(await idsOf(orders().filter({ note: { icontains: 'äPF' } }))).toEqual(['1', '2'])
    expect(await idsOf(orders().filter({ note: { iexact: 'Äpfel' } }))).toEqual(['1', '2'])
    expect(await idsOf(orders().filter({ note: { startsWith: 'ä' } }))).toEqual(['2'])
    expect(await idsOf(orders().filter({ note: { endsWith: 'L' } }))).toEqual(['1'])
  })

  test('any and overlap look into lists', async () => {
    await store({ orderId: '1', tags: ['a', 'b'] }, { orderId: '2', tags: ['b', 'c'] }, { orderId: '3' })
    expect(await idsOf(orders().filter({ tags: { any: 'b' } }))).toEqual(['1', '2'])
    expect(await idsOf(orders().filter({ tags: { overlap: ['a', 'x'] } }))).toEqual(['1'])
    expect(await idsOf(orders().filter({ tags: { overlap: [] } }))).toEqual([])
    expect(await idsOf(orders().filter({ tags: { eq: ['b', 'c'] } }))).toEqual(['2'])
    expect(await idsOf(orders().filter({ tags: ['b', 'c'] }))).toEqual(['2'])
    expect(await idsOf(orders().filter({ tags: { in: [['a', 'b'], []] } }))).toEqual(['1', '3'])
  })

  test('items of lists are compared in the form in which they are stored', async () => {
    await store({ orderId: '1', visits: ['2026-01-01T10:00:00Z'] }, { orderId: '2', visits: ['2026-01-02T10:00:00Z'] })
    expect(await idsOf(orders().filter({ visits: { any: new Date('2026-01-01T10:00:00Z') } }))).toEqual(['1'])
    expect(await idsOf(orders().filter({ visits: { any: '2026-01-02T11:00:00+01:00' } }))).toEqual(['2'])
  })

  test('objects are compared with eq, whatever the order of their keys', async () => {
    await store({ orderId: '1', labels: { a: '1', b: '2' }, extra: { deep: [1] } }, { orderId: '2', labels: { a: '1' }, extra: ['x', 7] })
    expect(await idsOf(orders().filter({ labels: { eq: { b: '2', a: '1' } } }))).toEqual(['1'])
    expect(await idsOf(orders().filter({ extra: { eq: { deep: [1] } } }))).toEqual(['1'])
    expect(await idsOf(orders().filter({ extra: { any: 7 } }))).toEqual(['2'])
    expect(await idsOf(orders().filter({ extra: { overlap: [7, 8] } }))).toEqual(['2'])
  })
})

describe('exclude', () => {
  test('negates each condition as a whole', async () => {
    await store(
      { orderId: '1', note: 'a', total: 1 },
      { orderId: '2', note: 'a', total: 2 },
      { orderId: '3', note: 'b', total: 1 },
      { orderId: '4' },
    )
    expect(await idsOf(orders().exclude({ note: 'a', total: 1 }))).toEqual(['2', '3', '4'])
    expect(await idsOf(orders().exclude({ note: 'a' }, { total: 1 }))).toEqual(['4'])
    expect(await idsOf(orders().filter(not({ note: 'a', total: 1 })))).toEqual(['2', '3', '4'])
  })

  test('negates what or joins', async () => {
    await store({ orderId: '1', note: 'a' }, { orderId: '2', note: 'b' }, { orderId: '3', note: 'c' })
    expect(await idsOf(orders().exclude(or({ note: 'a' }, { note: 'b' })))).toEqual(['3'])
    expect(await idsOf(orders().filter(not(or({ note: 'a' }, { note: 'b' }))))).toEqual(['3'])
  })
})

describe('and, or and not', () => {
  test('nest in each other', async () => {
    await store(
      { orderId: '1', note: 'a', total: 1 },
      { orderId: '2', note: 'a', total: 2 },
      { orderId: '3', note: 'b', total: 1 },
      { orderId: '4', note: 'b', total: 2 },
    )
    expect(await idsOf(orders().filter(or({ note: 'a', total: 1 }, and({ note: 'b' }, not({ total: 1 })))))).toEqual(['1', '4'])
    expect(await idsOf(orders().filter({ total: 2 }, or({ note: 'a' }, not(not({ note: 'b' })))))).toEqual(['2', '4'])
  })

  test('or of nothing matches nothing, and of nothing everything', async () => {
    await store({ orderId: '1' })
    expect(await idsOf(orders().filter(or()))).toEqual([])
    expect(await idsOf(orders().filter(and()))).toEqual(['1'])
    expect(await idsOf(orders().filter(not(or())))).toEqual(['1'])
  })
})

test('a query in a unit of work sees what is pending there, and gives the same instances', async () => {
  await store({ orderId: '1', total: 1 })
  await shop.unitOfWork(async () => {
    const repository = shop.repositoryFor(Order)
    const order = await repository.get('1')
    order.total = 50
    await repository.add(order)
    expect(await orders().filter({ total: 50 }).first()).toBe(order)
    expect(await orders().filter({ total: 1 }).exists()).toBe(false)
  })
})

test('a reference is compared with an identity or with the object referred to', async () => {
  const ada = new Customer({ name: 'Ada' })
  const ben = new Customer({ name: 'Ben' })
  await store({ orderId: '1', customer: ada }, { orderId: '2', customer: ben }, { orderId: '3' })
  expect(await idsOf(orders().filter({ customer: ada }))).toEqual(['1'])
  expect(await idsOf(orders().filter({ customer: ben.id }))).toEqual(['2'])
  expect(await idsOf(orders().filter({ customer: { in: [ada, ben.id] } }))).toEqual(['1', '2'])
})
