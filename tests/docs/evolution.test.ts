import { Domain, field, Message } from 'proteanjs'
import { expect, test } from 'vitest'

test('old messages are read as the guide on evolution says', async () => {
  const domain = new Domain('shop', { config: { eventProcessing: 'sync' } })
  const seen: unknown[] = []

  // #region upcast
  class Order extends domain.aggregate('Order', { total: field.float({ default: 0 }) }, { factEvents: true }) {}

  class OrderPlaced extends domain.event(
    'OrderPlaced',
    {
      customerId: field.identifier({ renamedFrom: 'client' }),
      total: field.float({ required: true }),
      currency: field.string({ required: true }),
    },
    { partOf: 'Order', version: 3, renamedFrom: 'OrderBooked' },
  ) {}

  domain.upcaster(OrderPlaced, { from: 1, to: 2 }, ({ amount = null, ...rest }) => ({ ...rest, total: amount }))
  domain.upcaster(OrderPlaced, { from: 2, to: 3 }, (payload) => ({ ...payload, currency: 'EUR' }))
  // #endregion upcast

  domain.eventHandler('Seen', { partOf: Order }).handle(OrderPlaced, async (event) => void seen.push(event.toObject()))

  // #region facts
  const OrderFact = domain.factEvent(Order)

  domain.eventHandler('Replica', { streamCategory: 'shop::order:fact' }).handle(OrderFact, async ({ id, total }) => {
    seen.push({ id, total })
  })
  // #endregion facts

  await domain.init()
  const headers = { id: 'm1', time: new Date(0), type: 'Shop.OrderBooked.v1', stream: 'shop::order-1' }
  const about = {
    kind: 'EVENT',
    fqn: 'shop.OrderBooked',
    streamCategory: 'shop::order',
    version: 1,
    asynchronous: false,
    priority: 0,
  } as const
  const data = { client: 'c', amount: 5 }
  const message = new Message(data, { headers, envelope: { specversion: '1.0' }, domain: about, extensions: {} })
  await domain.receive(message)
  await domain.eventStore.append([{ stream: message.stream, category: 'shop::order', messages: [message] }])

  // #region log
  const { ok, violations } = await domain.log.verify()

  for await (const event of domain.log.eventsOfType(OrderPlaced)) {
    seen.push(event.total)
  }

  const { causes, effects } = await domain.log.trace('m1')
  // #endregion log

  await domain.repositoryFor(Order).add(new Order({ id: '7', total: 9 }))
  expect({ ok, violations, causes, effects }).toEqual({ ok: true, violations: [], causes: [], effects: [] })
  expect(seen).toEqual([{ customerId: 'c', total: 5, currency: 'EUR' }, 5, { id: '7', total: 9 }])
  await domain.close()
})
