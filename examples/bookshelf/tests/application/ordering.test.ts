/** Level 2: commands through their handlers, events through theirs, on whatever is configured. */
import { given, processAndWait } from 'proteanjs/testing'
import { beforeEach, expect, test } from 'vitest'
import { BookCatalog } from '../../src/catalog/book-catalog.ts'
import { Customer } from '../../src/customers/customer.ts'
import { domain } from '../../src/domain.ts'
import { CopiesTaken, Inventory } from '../../src/inventory/inventory.ts'
import { Order, OrderConfirmed, OrderLine } from '../../src/ordering/order.ts'
import { ConfirmOrder, PlaceOrder, ShipOrder } from '../../src/ordering/order-commands.ts'

let customer: Customer

beforeEach(async () => {
  customer = new Customer({ name: 'Alice' })
  await domain.repositoryFor(Customer).add(customer)
  await domain.repositoryFor(Inventory).add(new Inventory({ bookId: 'dune', quantity: 10 }))
  await domain.repositoryFor(BookCatalog).add(new BookCatalog({ bookId: 'dune', title: 'Dune', author: 'Frank Herbert', price: 15.99 }))
})

const orderFor = (quantity: number) => new Order({ customerId: customer.id, lines: [new OrderLine({ bookId: 'dune', quantity })] })

test('an order is placed', async () => {
  const order = await given(Order).process(new PlaceOrder({ customerId: customer.id, lines: [{ bookId: 'dune', quantity: 2 }] }))
  expect(order.accepted).toBe(true)
  expect(order.status).toBe('PENDING')
  expect(order.lines).toHaveLength(1)
  expect(order.events).toHaveLength(0)
})

// #region rejected
test('an order without lines is rejected', async () => {
  const order = await given(Order).process(new PlaceOrder({ customerId: customer.id, lines: [] }))
  expect(order.rejected).toBe(true)
  expect(order.rejectionMessages).toEqual(['an order must contain at least one line'])
})
// #endregion rejected

// #region given
test('an order goes its way', async () => {
  const pending = orderFor(2)
  const order = await given(Order, pending)
    .process(new ConfirmOrder({ orderId: pending.id }))
    .process(new ShipOrder({ orderId: pending.id }))
  expect(order.accepted).toBe(true)
  expect(order.status).toBe('SHIPPED')
  expect(order.allEvents.get(OrderConfirmed).lines).toEqual([{ bookId: 'dune', quantity: 2 }])
})
// #endregion given

test('an order that is not confirmed cannot be shipped', async () => {
  const pending = orderFor(1)
  const order = await given(Order, pending).process(new ShipOrder({ orderId: pending.id }))
  expect(order.rejected).toBe(true)
  expect(order.status).toBe('PENDING')
})

// #region wait
test('a confirmed order reaches stock, catalog and customer', async () => {
  const order = orderFor(2)
  await domain.repositoryFor(Order).add(order)
  const confirmed = await processAndWait(new ConfirmOrder({ orderId: order.id }))
  expect(confirmed.succeeded).toBe(true)
  expect(confirmed.events.has(OrderConfirmed)).toBe(true)
  expect(confirmed.events.get(CopiesTaken)).toMatchObject({ copies: 2, left: 8 })
  expect((await domain.viewFor(BookCatalog).get('dune')).copiesSold).toBe(2)
  expect((await domain.repositoryFor(Customer).get(customer.id)).orderIds).toEqual([order.id])
})
// #endregion wait

test('an order that cannot be fulfilled changes nothing, anywhere', async () => {
  const order = orderFor(11)
  await domain.repositoryFor(Order).add(order)
  const refused = await processAndWait(new ConfirmOrder({ orderId: order.id }))
  expect(refused.error).toMatchObject({ messages: { quantity: ['not enough copies in stock'] } })
  expect(refused.events).toHaveLength(0)
  expect((await domain.repositoryFor(Order).get(order.id)).status).toBe('PENDING')
  expect((await domain.repositoryFor(Inventory).get('dune')).quantity).toBe(10)
})
