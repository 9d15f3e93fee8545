import type { Domain } from 'proteanjs'
import { field } from 'proteanjs'

/** An aggregate with a command and an event, and a projection with a query; nothing is handled yet. */
export function shopIn(domain: Domain) {
  class Order extends domain.aggregate('Order', {}) {}
  class PlaceOrder extends domain.command('PlaceOrder', {}, { partOf: 'Order' }) {}
  class OrderPlaced extends domain.event('OrderPlaced', {}, { partOf: 'Order' }) {}
  return { Order, PlaceOrder, OrderPlaced }
}

export function reportsIn(domain: Domain) {
  class Report extends domain.projection('Report', { id: field.string({ identifier: true }) }) {}
  class GetReport extends domain.query('GetReport', {}, { partOf: 'Report' }) {}
  return { Report, GetReport }
}

/** One aggregate, and nothing wrong with it. */
export function declared(domain: Domain) {
  return { Order: class Order extends domain.aggregate('Order', {}) {} }
}
