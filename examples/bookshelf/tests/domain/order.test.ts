/** Level 1: the model alone. No handler, no repository, no adapter. */
import { ValidationError } from 'proteanjs'
import { expect, test } from 'vitest'
import { Inventory } from '../../src/inventory/inventory.ts'
import { fulfil } from '../../src/ordering/fulfilment.ts'
import { Order, OrderConfirmed, OrderLine } from '../../src/ordering/order.ts'

const orderOf = (...lines: readonly [bookId: string, quantity: number][]) =>
  new Order({ customerId: 'alice', lines: lines.map(([bookId, quantity]) => new OrderLine({ bookId, quantity })) })

// #region invariant
test('an order contains at least one line', () => {
  expect(() => orderOf()).toThrow(ValidationError)
})
// #endregion invariant

// #region model
test('an order that is confirmed says so', () => {
  const order = orderOf(['dune', 2])
  order.confirm()
  expect(order.status).toBe('CONFIRMED')
  expect(order._events).toHaveLength(1)
  expect(order._events[0]).toBeInstanceOf(OrderConfirmed)
  expect(order._events[0]).toMatchObject({ customerId: 'alice', lines: [{ bookId: 'dune', quantity: 2 }] })
})
// #endregion model

// #region transitions
test('an order is confirmed before it is shipped, and only once', () => {
  const order = orderOf(['dune', 1])
  expect(() => order.ship()).toThrow(ValidationError)
  order.confirm()
  expect(() => order.confirm()).toThrow(ValidationError)
  order.ship()
  expect(order.status).toBe('SHIPPED')
  expect(order._events).toHaveLength(1)
})
// #endregion transitions

test('fulfilment takes the copies and confirms the order', () => {
  const order = orderOf(['dune', 2], ['emma', 1])
  const stock = [new Inventory({ bookId: 'dune', quantity: 10 }), new Inventory({ bookId: 'emma', quantity: 1 })]
  fulfil(order, stock)
  expect(order.status).toBe('CONFIRMED')
  expect(stock.map(({ quantity }) => quantity)).toEqual([8, 0])
})

// #region service
test('fulfilment that fails at the last line has changed nothing', () => {
  const order = orderOf(['dune', 2], ['emma', 1])
  const stock = [new Inventory({ bookId: 'dune', quantity: 10 }), new Inventory({ bookId: 'emma', quantity: 0 })]
  expect(() => fulfil(order, stock)).toThrow('not enough copies in stock')
  expect(order.status).toBe('PENDING')
  expect(stock.map(({ quantity }) => quantity)).toEqual([10, 0])
  expect([order, ...stock].flatMap(({ _events }) => _events)).toEqual([])
})
// #endregion service
