import { AsyncLocalStorage } from 'node:async_hooks'
import { currentDomain, currentMessage, field, messageOf, ReactionError } from 'proteanjs'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Shop } from '../support/shop.ts'
import { makeShop } from '../support/shop.ts'

let shop: Shop
/** Captured where no unit of work is open. */
const asAnotherRequest = AsyncLocalStorage.snapshot()

beforeEach(() => {
  shop = makeShop()
})
afterEach(() => shop.domain.close())

async function start(...stock: number[]) {
  await shop.domain.init()
  for (const [index, left] of stock.entries()) await shop.domain.repositoryFor(shop.Stock).add(new shop.Stock({ sku: `s${index}`, left }))
}

function takeStock(log: string[] = []) {
  const { domain, Stock, OrderPlaced } = shop
  domain.eventHandler('TakeStock', { partOf: Stock }).handle(OrderPlaced, async ({ sku, quantity }) => {
    log.push(`take ${sku}`)
    const stocks = domain.repositoryFor(Stock)
    const stock = await stocks.get(sku)
    stock.take(quantity)
    await stocks.add(stock)
  })
}

async function messages() {
  return (await shop.domain.eventStore.readAll({ limit: 100 })).messages
}

describe('a command', () => {
  test('gives what its handler returns, with everything that follows already done', async () => {
    takeStock()
    await start(10)
    const id: string = await shop.domain.process(new shop.PlaceOrder({ customerId: 'c', sku: 's0', quantity: 3 }))
    expect((await shop.domain.repositoryFor(shop.Order).get(id)).status).toBe('placed')
    expect((await shop.domain.repositoryFor(shop.Stock).get('s0')).left).toBe(7)
  })

  test('that nothing handles is a mistake found at init', async () => {
    class Unhandled extends shop.domain.command('Unhandled', {}, { partOf: 'Order' }) {}
    expect(Unhandled.name).toBe('Unhandled')
    await expect(shop.domain.init()).rejects.toMatchObject({ problems: [{ code: 'COMMAND_UNHANDLED', element: 'Unhandled' }] })
  })

  test('whose handler fails leaves nothing behind: no object, no event, no command', async () => {
    await start(1)
    const command = new shop.Annotate({ id: 'nobody', note: 'x' })
    await expect(shop.domain.process(command)).rejects.toMatchObject({ code: 'OBJECT_NOT_FOUND' })
    expect(await messages()).toEqual([])
  })

  test('keeps the exception that its handler threw, ordinary ones too', async () => {
    const { domain, Order } = shop
    class Fail extends domain.command('Fail', {}, { partOf: Order }) {}
    const failure = new TypeError('a bug')
    domain.commandHandler('Failing', { partOf: Order }).handle(Fail, async () => {
      throw failure
    })
    await start()
    await expect(domain.process(new Fail({}))).rejects.toBe(failure)
  })

  test('of another domain, or no command at all, is refused with the fix', async () => {
    await start()
    const other = makeShop()
    await expect(shop.domain.process(new other.PlaceOrder({ customerId: 'c', sku: 's' }))).rejects.toMatchObject({
      code: 'FOREIGN_COMMAND',
    })
    await expect(shop.domain.process({} as never)).rejects.toMatchObject({ code: 'NOT_A_COMMAND' })
    await expect(other.domain.process(new other.PlaceOrder({ customerId: 'c', sku: 's' }))).rejects.toMatchObject({
      code: 'DOMAIN_NOT_INITIALIZED',
    })
  })
})

describe('reactions to committed events', () => {
  test('run breadth first, each in its own unit of work', async () => {
    const log: string[] = []
    takeStock(log)
    const { domain, StockTaken, Stock, OrderPlaced, Order, Line } = shop
    domain.eventHandler('Audit', { partOf: Stock }).handle(StockTaken, async ({ sku, left }) => {
      log.push(`audit ${sku} ${left}`)
    })
    domain.eventHandler('Mail', { partOf: Order }).handle(OrderPlaced, async ({ sku }) => {
      log.push(`mail ${sku}`)
    })
    await start(5, 5)
    const order = new Order({ customerId: 'c', lines: [new Line({ sku: 's0', quantity: 1 }), new Line({ sku: 's1', quantity: 2 })] })
    order.place()
    await domain.repositoryFor(Order).add(order)
    expect(log).toEqual(['take s0', 'mail s0', 'take s1', 'mail s1', 'audit s0 4', 'audit s1 3'])
  })

  test('that fail do not look like a failed command: it is committed, the others ran, and it is not run again', async () => {
    const { domain, Order, OrderPlaced, PlaceOrder } = shop
    let runs = 0
    let mailed = 0
    domain.eventHandler('Broken', { partOf: Order }).handle(OrderPlaced, async () => {
      runs += 1
      throw new RangeError('printer on fire')
    })
    domain.eventHandler('Mail', { partOf: Order }).handle(OrderPlaced, async () => {
      mailed += 1
    })
    await start()
    const failure = await domain.process(new PlaceOrder({ customerId: 'c', sku: 's0' })).catch((error: unknown) => error)
    expect(failure).toBeInstanceOf(ReactionError)
    const error = failure as ReactionError
    expect(error.committed).toBe(true)
    expect(error.failures).toMatchObject([{ handler: 'Broken', messageType: 'Shop.OrderPlaced.v1', error: { message: 'printer on fire' } }])
    const { items } = await domain.repositoryFor(Order).query.all()
    expect(items.map((order) => order.id)).toEqual([error.result])
    expect([runs, mailed]).toEqual([1, 1])
  })

  test('that fail leave the instance clean, so that saving it again repeats no event', async () => {
    const { domain, Order, OrderPlaced, Line } = shop
    domain.eventHandler('Broken', { partOf: Order }).handle(OrderPlaced, async () => {
      throw new Error('broken')
    })
    await start()
    const order = new Order({ customerId: 'c', lines: [new Line({ sku: 's', quantity: 1 })] })
    order.place()
    await expect(domain.repositoryFor(Order).add(order)).rejects.toBeInstanceOf(ReactionError)
    expect(order._events).toHaveLength(0)
    expect(order._version).toBe(0)
    await domain.repositoryFor(Order).add(order)
    expect(await messages()).toHaveLength(1)
  })

  test('meeting a version conflict are run again, alone', async () => {
    const { domain, Stock, OrderPlaced } = shop
    let attempts = 0
    domain.eventHandler('Racing', { partOf: Stock }).handle(OrderPlaced, async ({ sku, quantity }) => {
      attempts += 1
      const stocks = domain.repositoryFor(Stock)
      const stock = await stocks.get(sku)
      stock.take(quantity)
      if (attempts === 1) await asAnotherRequest(() => meddle(sku))
      await stocks.add(stock)
    })
    await start(10)
    async function meddle(sku: string) {
      const stocks = domain.repositoryFor(Stock)
      const stock = await stocks.get(sku)
      stock.left = 20
      await stocks.add(stock)
    }
    await domain.process(new shop.PlaceOrder({ customerId: 'c', sku: 's0', quantity: 1 }))
    expect(attempts).toBe(2)
    expect((await domain.repositoryFor(Stock).get('s0')).left).toBe(19)
    expect(await domain.repositoryFor(shop.Order).query.count()).toBe(1)
  })

  test("'any' gets the events of its category that the same handler does not name, and no others", async () => {
    const { domain, Order, Stock, OrderPlaced, OrderNoted } = shop
    const seen: string[] = []
    domain
      .eventHandler('Everything', { partOf: Order })
      .handle('any', async (_event, message) => void seen.push(`any ${message.type}`))
      .handle(OrderPlaced, async (_event, message) => void seen.push(`placed ${message.type}`))
    domain.eventHandler('All', { streamCategory: '$all' }).handle('any', async (_event, message) => void seen.push(`all ${message.type}`))
    await start(5)
    const order = new Order({ customerId: 'c', lines: [new shop.Line({ sku: 's0', quantity: 1 })] })
    order.place()
    order.raise(new OrderNoted({ orderId: order.id }))
    await domain.repositoryFor(Order).add(order)
    const stock = await domain.repositoryFor(Stock).get('s0')
    stock.take(1)
    await domain.repositoryFor(Stock).add(stock)
    expect(seen).toEqual([
      'placed Shop.OrderPlaced.v1',
      'all Shop.OrderPlaced.v1',
      'any Shop.OrderNoted.v1',
      'all Shop.OrderNoted.v1',
      'all Shop.StockTaken.v1',
    ])
  })

  test('do not run at once when events are processed asynchronously', async () => {
    takeStock()
    shop.domain.config.eventProcessing = 'async'
    await start(10)
    await shop.domain.process(new shop.PlaceOrder({ customerId: 'c', sku: 's0' }))
    expect((await shop.domain.repositoryFor(shop.Stock).get('s0')).left).toBe(10)
    expect((await messages()).at(-1)?.metadata.domain.asynchronous).toBe(true)
  })
})

describe('causes and correlation', () => {
  test('run through command, event, and the command that a handler sends; every id is unique', async () => {
    const { domain, Stock, OrderPlaced, Annotate, PlaceOrder } = shop
    domain.eventHandler('Note', { partOf: Stock }).handle(OrderPlaced, async ({ orderId }) => {
      expect(currentDomain()).toBe(domain)
      expect(currentMessage()?.type).toBe('Shop.OrderPlaced.v1')
      await domain.process(new Annotate({ id: orderId, note: 'thanks' }))
    })
    await start()
    await domain.process(new PlaceOrder({ customerId: 'c', sku: 's' }), { correlationId: 'request-1' })
    const all = await messages()
    expect(all.map((message) => [message.kind, message.type])).toEqual([
      ['COMMAND', 'Shop.PlaceOrder.v1'],
      ['EVENT', 'Shop.OrderPlaced.v1'],
      ['COMMAND', 'Shop.Annotate.v1'],
      ['EVENT', 'Shop.OrderNoted.v1'],
    ])
    expect(new Set(all.map((message) => message.id)).size).toBe(4)
    expect(all.map((message) => message.correlationId)).toEqual(Array(4).fill('request-1'))
    expect(all.map((message) => message.causationId)).toEqual([undefined, all[0]?.id, all[1]?.id, all[2]?.id])
    expect(all[2]?.metadata.domain.originStream).toBe(all[1]?.stream)
    expect(all[3]?.metadata.domain.originStream).toBe(all[1]?.stream)
    expect(all[2]?.stream).toMatch(/^shop::order:command-/)
    expect(all[1]?.stream).toMatch(/^shop::order-/)
  })

  test('an event keeps its metadata from raise to handler', async () => {
    const { domain, Order, OrderPlaced, Line } = shop
    const seen: unknown[] = []
    domain.eventHandler('See', { partOf: Order }).handle(OrderPlaced, async (event, message) => {
      seen.push(event, message)
    })
    domain.registerEventEnricher((_event, aggregate) => ({ tenant: 't1', of: (aggregate as InstanceType<typeof Order>).customerId }))
    await start()
    const order = new Order({ customerId: 'c', lines: [new Line({ sku: 's', quantity: 1 })] })
    order.place()
    const [event] = order._events
    const raised = messageOf(event as object)
    await domain.repositoryFor(Order).add(order)
    expect(seen[0]).toBe(event)
    expect((seen[1] as { metadata: unknown }).metadata).toBe(raised?.metadata)
    const [stored] = await messages()
    expect(stored?.metadata).toEqual(raised?.metadata)
    expect(stored?.metadata.extensions).toEqual({ tenant: 't1', of: 'c' })
  })
})

test('a projection is kept up to date and can be read only through a view', async () => {
  const { domain, Order, OrderPlaced, OrderNoted } = shop
  class Dashboard extends domain.projection('Dashboard', {
    orderId: field.identifier({ identifier: true }),
    sku: field.string(),
    note: field.string(),
  }) {}
  domain
    .projector('Dashboards', { projectorFor: Dashboard, aggregates: [Order] })
    .on(OrderPlaced, async ({ orderId, sku }) => {
      await domain.repositoryFor(Dashboard).add(new Dashboard({ orderId, sku }))
    })
    .on(OrderNoted, async ({ orderId, note }) => {
      const row = await domain.repositoryFor(Dashboard).get(orderId)
      row.note = note
      await domain.repositoryFor(Dashboard).add(row)
    })
  await start()
  const id = await domain.process(new shop.PlaceOrder({ customerId: 'c', sku: 's' }))
  await domain.process(new shop.Annotate({ id, note: 'hello' }))
  const view = domain.viewFor(Dashboard)
  expect((await view.get(id)).toObject()).toEqual({ orderId: id, sku: 's', note: 'hello' })
  expect(await view.find('x')).toBeUndefined()
  expect(await view.exists(id)).toBe(true)
  expect(await view.count()).toBe(1)
  expect((await view.findBy({ note: 'hello' })).orderId).toBe(id)
  expect((await view.query.filter({ sku: 's' }).all()).total).toBe(1)
  await expect((view.query as unknown as { delete(): Promise<unknown> }).delete()).rejects.toMatchObject({ code: 'NOT_SUPPORTED' })
  expect(() => domain.viewFor(Order as never)).toThrow(expect.objectContaining({ code: 'NOT_A_PROJECTION' }))
})
