/** Level 1: the model alone. Objects, their rules, the events they raise. */
import { ValidationError } from 'proteanjs'
import { expect, test } from 'vitest'
import { Inventory, Order, OrderPlaced, StockRanOut, StockReserved } from '../domain.ts'

const draft = () => new Order({ customerId: 'cust-123', productId: 'prod-1', total: 99.95 })

// #region state
test('placing an order moves it to placed', () => {
  const order = draft()
  order.place()
  expect(order.status).toBe('placed')
})
// #endregion state

// #region event
test('placing an order raises OrderPlaced', () => {
  const order = draft()
  order.place()
  expect(order._events).toHaveLength(1)
  const event = order._events[0]!
  expect(event).toBeInstanceOf(OrderPlaced)
  expect(event).toMatchObject({ orderId: order.orderId, customerId: 'cust-123', total: 99.95 })
})
// #endregion event

test('an order is placed once', () => {
  const order = draft()
  order.place()
  expect(() => order.place()).toThrow(ValidationError)
  expect(order._events).toHaveLength(1)
})

test('a broken rule leaves the order exactly as it was', () => {
  const order = draft()
  expect(() => {
    order.total = -1
  }).toThrow(ValidationError)
  expect(order.total).toBe(99.95)
  expect(order._events).toHaveLength(0)
})

test('all problems of a construction are reported together, by path', () => {
  // @ts-expect-error customerId and productId are required
  const build = () => new Order({ total: -1 })
  try {
    build()
    expect.unreachable()
  } catch (error) {
    expect(error).toBeInstanceOf(ValidationError)
    expect(Object.keys((error as ValidationError).messages)).toEqual(expect.arrayContaining(['customerId', 'productId']))
  }
})

test('stock is reserved until there is none', () => {
  const inventory = new Inventory({ productId: 'prod-1', available: 1 })
  inventory.reserve('ord-1')
  inventory.reserve('ord-2')
  expect(inventory.available).toBe(0)
  expect(inventory._events.map((event) => event.constructor)).toEqual([StockReserved, StockRanOut])
})
