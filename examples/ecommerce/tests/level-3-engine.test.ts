import { Engine, Priority } from 'proteanjs'
import { DomainFixture, drain } from 'proteanjs/testing'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { domain, Inventory, Order, OrderDashboard, OrderPlaced, PlaceOrder } from '../domain.ts'

// #region hook
const captured: { error: unknown; type: string }[] = []
domain
  .eventHandler('FailingInventoryHandler', { partOf: Inventory })
  .handle(OrderPlaced, async (event) => {
    if (event.customerId === 'fails') throw new Error('Database temporarily unavailable')
  })
  .onError(async (error, message) => {
    captured.push({ error, type: message.type })
  })
// #endregion hook

const fixture = new DomainFixture(domain)
// #region async
beforeAll(async () => {
  domain.config.eventProcessing = 'async'
  domain.config.commandProcessing = 'sync'
  domain.config.server.priorityLanes = { enabled: true, threshold: Priority.NORMAL }
  await fixture.setup()
})
// #endregion async
afterAll(() => fixture.teardown())
beforeEach(() => {
  captured.length = 0
  return fixture.enter()
})
afterEach(() => fixture.exit())

// #region chain
test('nothing is processed until an engine runs, then the whole chain is', async () => {
  await domain.repositoryFor(Inventory).add(new Inventory({ productId: 'prod-1', available: 10 }))
  await domain.process(new PlaceOrder({ orderId: 'ord-async-001', customerId: 'c', productId: 'prod-1', total: 75 }))
  expect(await domain.viewFor(OrderDashboard).find('ord-async-001')).toBeUndefined()

  await drain(domain)

  expect(await domain.viewFor(OrderDashboard).get('ord-async-001')).toMatchObject({ status: 'placed', total: 75 })
  expect((await domain.repositoryFor(Order).get('ord-async-001')).status).toBe('placed')
  expect((await domain.repositoryFor(Inventory).get('prod-1')).available).toBe(9)
})
// #endregion chain

// #region failing
test('a failing handler reaches onError, is reported by the engine, and stops nobody else', async () => {
  await domain.process(new PlaceOrder({ orderId: 'ord-err-001', customerId: 'fails', productId: 'x', total: 50 }))
  const engine = new Engine(domain, { testMode: true })
  await engine.run()
  expect(captured.length).toBeGreaterThan(0)
  expect(captured[0]!.error).toMatchObject({ message: expect.stringContaining('temporarily unavailable') })
  expect(captured[0]!.type).toBe('Ecommerce.OrderPlaced.v1')
  expect(engine.failures.length).toBeGreaterThan(0)
  expect(await domain.viewFor(OrderDashboard).get('ord-err-001')).toMatchObject({ status: 'placed' })
})
// #endregion failing

// #region priority
test('backfill priority is processed too', async () => {
  await domain.process(new PlaceOrder({ orderId: 'ord-pri-001', customerId: 'c', productId: 'x', total: 50 }), {
    priority: Priority.BACKFILL,
  })
  await drain(domain)
  expect(await domain.viewFor(OrderDashboard).get('ord-pri-001')).toBeDefined()
})
// #endregion priority
