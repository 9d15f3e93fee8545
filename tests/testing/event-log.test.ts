import { field } from 'proteanjs'
import { EventLog } from 'proteanjs/testing'
import { expect, test } from 'vitest'
import { makeShop } from '../support/shop.ts'

const { domain, Order, OrderPlaced, OrderNoted, StockTaken } = makeShop()

const placed = new OrderPlaced({ orderId: '1', sku: 's', quantity: 2 })
const noted = new OrderNoted({ orderId: '1', note: 'first' })
const notedAgain = new OrderNoted({ orderId: '1', note: 'second' })
const log = new EventLog([placed, noted, notedAgain])

test('a log has what happened, in order', () => {
  expect([...log]).toEqual([placed, noted, notedAgain])
  expect(log).toHaveLength(3)
  expect(log.first).toBe(placed)
  expect(log.last).toBe(notedAgain)
  expect(log.at(1)).toBe(noted)
  expect(log.at(-1)).toBe(notedAgain)
  expect(log.at(3)).toBeUndefined()
  expect(log.types).toEqual([OrderPlaced, OrderNoted, OrderNoted])
})

test('events are found by class', () => {
  expect(log.has(OrderPlaced)).toBe(true)
  expect(log.has(StockTaken)).toBe(false)
  expect(log.get(OrderNoted).note).toBe('first')
  expect(log.find(StockTaken)).toBeUndefined()
  expect(log.ofType(OrderNoted)).toEqual([noted, notedAgain])
})

test('an event that is not there fails the test, and says what there is', () => {
  expect(() => log.get(StockTaken)).toThrow(expect.objectContaining({ code: 'ERR_ASSERTION' }))
  expect(() => log.get(StockTaken)).toThrow(/StockTaken.*OrderPlaced, OrderNoted, OrderNoted/)
  expect(() => new EventLog().get(StockTaken)).toThrow(/nothing/)
})

test('an empty log has no first and no last event', () => {
  expect(new EventLog().first).toBeUndefined()
  expect(new EventLog().last).toBeUndefined()
  expect(new EventLog().length).toBe(0)
})

test('asking for what is no event is refused', () => {
  expect(() => log.has(Order as never)).toThrow(expect.objectContaining({ code: 'WRONG_ELEMENT' }))
  expect(() => log.ofType(Date as never)).toThrow(expect.objectContaining({ code: 'WRONG_ELEMENT' }))
})

test('a class stands for the classes that extend it', () => {
  class OrderChanged extends domain.event('OrderChanged', { orderId: field.identifier() }, { partOf: 'Order', abstract: true }) {}
  class OrderRenamed extends domain.event('OrderRenamed', { name: field.string() }, { partOf: 'Order', extends: OrderChanged }) {}
  const renamed = new OrderRenamed({ orderId: '1', name: 'x' })
  expect(new EventLog([placed, renamed]).get(OrderChanged)).toBe(renamed)
})

test('a log prints as the names of its events', () => {
  expect(String(log)).toBe('OrderPlaced, OrderNoted, OrderNoted')
  expect(JSON.parse(JSON.stringify(log))[1]).toEqual({ type: 'OrderNoted', orderId: '1', note: 'first' })
})
