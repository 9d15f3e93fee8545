import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Shop } from '../support/shop.ts'
import { makeShop } from '../support/shop.ts'

let shop: Shop

beforeEach(async () => {
  shop = makeShop()
  await shop.domain.init()
})
afterEach(() => shop.domain.close())

/** Runs `meanwhile` when the next save has put together what it writes, and before it is written. */
function onceCollected(meanwhile: () => void): void {
  let isNext = true
  shop.domain.registerAggregateEnricher(() => {
    if (isNext) queueMicrotask(meanwhile)
    isNext = false
  })
}

describe('what happens to an object while a save of it is under way', () => {
  test('is saved by the next one: values, children and events', async () => {
    const { domain, Order, Line } = shop
    const orders = domain.repositoryFor(Order)
    const order = new Order({ customerId: 'c', lines: [new Line({ sku: 'a', quantity: 1 })] })
    onceCollected(() => {
      order.annotate('meanwhile')
      order.lines.add(new Line({ sku: 'b', quantity: 2 }))
      for (const line of order.lines) line.quantity += 10
    })
    await orders.add(order)
    expect((await orders.get(order.id)).lines.map(({ sku, quantity }) => [sku, quantity])).toEqual([['a', 1]])
    expect(order._events).toHaveLength(1)
    await orders.add(order)
    const read = await orders.get(order.id)
    expect(read.note).toBe('meanwhile')
    expect(read.lines.map(({ sku, quantity }) => [sku, quantity])).toEqual([
      ['a', 11],
      ['b', 12],
    ])
    expect((await domain.eventStore.readAll({ limit: 10 })).messages.map((message) => message.type)).toEqual(['Shop.OrderNoted.v1'])
  })

  test('is kept when the save fails, together with what that had tried to save', async () => {
    const { domain, Order } = shop
    const orders = domain.repositoryFor(Order)
    await orders.add(new Order({ customerId: 'x', email: 'a@b.c' }))
    const order = new Order({ customerId: 'c', email: 'a@b.c' })
    order.annotate('first')
    onceCollected(() => order.annotate('second'))
    await expect(orders.add(order)).rejects.toMatchObject({ code: 'UNIQUE' })
    expect([order._version, order._events.length, order.note]).toEqual([-1, 2, 'second'])
    order.email = 'other@b.c'
    await orders.add(order)
    expect((await orders.get(order.id)).note).toBe('second')
    expect((await domain.eventStore.readAll({ limit: 10 })).messages).toHaveLength(2)
  })
})

test('a unit of work that fails before its commit rolls its open transaction back', async () => {
  const { domain, Order } = shop
  const orders = domain.repositoryFor(Order)
  let refuses = false
  domain.registerAggregateEnricher(() => {
    if (refuses) throw new Error('not now')
  })
  const failing = domain.unitOfWork(async () => {
    await orders.add(new Order({ customerId: 'a' }))
    await orders.query.count()
    await orders.add(new Order({ customerId: 'b' }))
    refuses = true
  })
  await expect(failing).rejects.toThrow('not now')
  refuses = false
  expect(await orders.count()).toBe(0)
  await orders.add(new Order({ customerId: 'c' }))
  expect(await orders.count()).toBe(1)
})

test('what is added to a unit of work that is committing is saved on its own, never dropped', async () => {
  const { domain, Order } = shop
  const orders = domain.repositoryFor(Order)
  let late: Promise<unknown> = Promise.resolve()
  await domain.unitOfWork(async () => {
    await orders.add(new Order({ customerId: 'in time' }))
    late = Promise.resolve()
      .then(() => undefined)
      .then(() => undefined)
      .then(() => orders.add(new Order({ customerId: 'late' })))
  })
  await late
  expect(await orders.count()).toBe(2)
})
