/** Level 2: the whole chain in one process. When `process` returns, everything has reacted. */
import { DomainFixture, given, processAndWait } from 'proteanjs/testing'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { domain, Inventory, Order, OrderCancelled, OrderDashboard, OrderPlaced, PlaceOrder, StockRanOut, StockReserved } from '../domain.ts'

// #region fixture
const fixture = new DomainFixture(domain)
beforeAll(async () => {
  domain.config.eventProcessing = 'sync'
  domain.config.commandProcessing = 'sync'
  await fixture.setup()
})
afterAll(() => fixture.teardown())
beforeEach(() => fixture.enter())
afterEach(() => fixture.exit())
// #endregion fixture

const place = (orderId: string, productId = 'prod-1') => new PlaceOrder({ orderId, customerId: 'cust-123', productId, total: 99.95 })
const stock = (available: number) => domain.repositoryFor(Inventory).add(new Inventory({ productId: 'prod-1', available }))

// #region projection
test('command -> handler -> aggregate -> event -> projector -> projection', async () => {
  const orderId: string = await domain.process(place('ord-001', 'none'))
  expect(orderId).toBe('ord-001')
  const dashboard = await domain.viewFor(OrderDashboard).get('ord-001')
  expect(dashboard).toMatchObject({ status: 'placed', customerId: 'cust-123', total: 99.95 })
})
// #endregion projection

// #region chain
test('the event chain reaches the other aggregate', async () => {
  await stock(100)
  const placed = await processAndWait(place('ord-003'))
  expect(placed.events.types).toEqual([OrderPlaced, StockReserved])
  expect((await domain.repositoryFor(Inventory).get('prod-1')).available).toBe(99)
})
// #endregion chain

test('and comes back: an order for which there is no stock is cancelled', async () => {
  await stock(0)
  const placed = await processAndWait(place('ord-004'))
  expect(placed.succeeded).toBe(true)
  expect(placed.events.types).toEqual([OrderPlaced, StockRanOut, OrderCancelled])
  expect((await domain.repositoryFor(Order).get('ord-004')).status).toBe('cancelled')
  expect((await domain.viewFor(OrderDashboard).get('ord-004')).status).toBe('cancelled')
})

test('a command that breaks a rule is rejected', async () => {
  const order = await given(Order).process(new PlaceOrder({ orderId: 'ord-005', customerId: 'c', productId: 'p', total: -1 }))
  expect(order.rejected).toBe(true)
  expect(order.rejectionMessages).toEqual(['total cannot be negative'])
  expect(await domain.viewFor(OrderDashboard).count()).toBe(0)
})

test('a dashboard follows the events', async () => {
  const placed = new OrderPlaced({ orderId: 'ord-006', customerId: 'c', productId: 'p', total: 5 })
  const cancelled = new OrderCancelled({ orderId: 'ord-006', reason: 'changed my mind' })
  const dashboard = await given(placed, cancelled).then(OrderDashboard, { id: 'ord-006' })
  dashboard.has({ status: 'cancelled', total: 5 })
})

test('data does not leak from one test into the next', async () => {
  expect(await domain.repositoryFor(Inventory).query.count()).toBe(0)
  expect(await domain.viewFor(OrderDashboard).count()).toBe(0)
})
