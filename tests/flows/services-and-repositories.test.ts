import { currentDomain, currentValues, Domain, field, fromCloudEvent, or, toCloudEvent } from 'proteanjs'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Shop } from '../support/shop.ts'
import { makeShop } from '../support/shop.ts'

let shop: Shop
let now: Date

beforeEach(() => {
  now = new Date('2026-01-01T00:00:00Z')
  shop = makeShop({ clock: { now: () => now } })
})
afterEach(() => shop.domain.close())

describe('an application service', () => {
  test('runs each function in a unit of work, and functions may call each other', async () => {
    const { domain, Order } = shop
    const service = domain.applicationService(
      'Ordering',
      { partOf: Order },
      {
        async register(customerId: string) {
          const order = await domain.repositoryFor(Order).add(new Order({ customerId }))
          return order.id
        },
        async registerTwo(customerId: string) {
          await this.register(customerId)
          if (customerId === 'bad') throw new Error('bad customer')
          return this.register(customerId)
        },
      },
    )
    await domain.init()
    const id: string = await service.registerTwo('c')
    expect(await domain.repositoryFor(Order).exists({ id })).toBe(true)
    await expect(service.registerTwo('bad')).rejects.toThrow('bad customer')
    expect(await domain.repositoryFor(Order).count()).toBe(2)
  })
})

describe('a domain service', () => {
  test('is atomic over all the aggregates it is given', async () => {
    const { domain, Order, Stock } = shop
    const reserve = domain.domainService(
      'Reserve',
      { partOf: [Order, Stock] },
      (order: InstanceType<typeof Order>, stock: InstanceType<typeof Stock>) => {
        order.note = `reserved ${stock.sku}`
        stock.take(3)
        return stock.left
      },
    )
    const order = new Order({ customerId: 'c' })
    expect(reserve(order, new Stock({ sku: 's', left: 5 }))).toBe(2)
    const empty = new Stock({ sku: 'e', left: 1 })
    order.note = 'before'
    expect(() => reserve(order, empty)).toThrow('not enough in stock')
    expect([order.note, empty.left, empty._events.length]).toEqual(['before', 1, 0])
  })
})

describe('a custom repository', () => {
  test('adds queries, and is the repository of its aggregate from then on', async () => {
    const { domain, Order } = shop
    class OrderRepository extends domain.repository(Order) {
      ofCustomers(...ids: string[]) {
        return this.query.filter(or(...ids.map((customerId) => ({ customerId })))).all()
      }
    }
    await domain.init()
    const orders = domain.repositoryFor(OrderRepository)
    expect(domain.repositoryFor(Order)).toBe(orders)
    for (const customerId of ['a', 'b', 'c']) await orders.add(new Order({ customerId }))
    expect((await orders.ofCustomers('a', 'c')).total).toBe(2)
  })

  test('findBy wants exactly one', async () => {
    const { domain, Order } = shop
    await domain.init()
    const orders = domain.repositoryFor(Order)
    await orders.add(new Order({ customerId: 'a' }))
    await orders.add(new Order({ customerId: 'b' }))
    await orders.add(new Order({ customerId: 'b' }))
    expect((await orders.findBy({ customerId: 'a' })).customerId).toBe('a')
    await expect(orders.findBy({ customerId: 'b' })).rejects.toMatchObject({ code: 'TOO_MANY_OBJECTS' })
    await expect(orders.findBy({ customerId: 'z' })).rejects.toMatchObject({ code: 'OBJECT_NOT_FOUND' })
    await expect(orders.get('z')).rejects.toMatchObject({ code: 'OBJECT_NOT_FOUND' })
    expect(await orders.find('z')).toBeUndefined()
  })

  test('of something that has none is refused', async () => {
    await shop.domain.init()
    expect(() => shop.domain.repositoryFor(shop.OrderPlaced as never)).toThrow(expect.objectContaining({ code: 'NO_REPOSITORY' }))
    expect(() => shop.domain.repositoryFor(makeShop().Order as never)).toThrow(expect.objectContaining({ code: 'ELEMENT_FOREIGN' }))
  })
})

describe('stamps and enrichers', () => {
  test('autoNowAdd is set once and autoNow at every save, from the domain clock', async () => {
    const { domain, Order } = shop
    await domain.init()
    const order = new Order({ customerId: 'c' })
    expect(order.createdAt).toBeUndefined()
    await domain.repositoryFor(Order).add(order)
    expect([order.createdAt, order.updatedAt]).toEqual([now, now])
    now = new Date('2026-01-02T00:00:00Z')
    order.note = 'changed'
    await domain.repositoryFor(Order).add(order)
    const read = await domain.repositoryFor(Order).get(order.id)
    expect([read.createdAt, read.updatedAt]).toEqual([new Date('2026-01-01T00:00:00Z'), now])
  })

  test('an aggregate enricher changes what is saved; one that throws, or breaks a rule, gives the save up', async () => {
    const { domain, Order } = shop
    domain.registerAggregateEnricher((order: InstanceType<typeof Order>) => {
      order.note = `by ${String(currentValues().user)}`
    })
    await domain.init()
    const order = new Order({ customerId: 'c' })
    await domain.run({ user: 'alice' }, () => domain.repositoryFor(Order).add(order))
    expect((await domain.repositoryFor(Order).get(order.id)).note).toBe('by alice')
    domain.registerAggregateEnricher(() => {
      throw new Error('not allowed')
    })
    order.email = 'a@b.c'
    await expect(domain.repositoryFor(Order).add(order)).rejects.toThrow('not allowed')
    expect([order._version, order.note]).toEqual([0, 'by alice'])
  })
})

describe('queries', () => {
  test('are answered by their handler, typed by what they return', async () => {
    const { domain, Order, OrderPlaced } = shop
    class Line extends domain.projection('PlacedLine', { id: field.auto({ identifier: true }), sku: field.string() }) {}
    domain.projector('PlacedLines', { projectorFor: Line, aggregates: [Order] }).on(OrderPlaced, async ({ sku }) => {
      await domain.repositoryFor(Line).add(new Line({ sku }))
    })
    class CountLines extends domain.query(
      'CountLines',
      { sku: field.string({ required: true }) },
      { partOf: 'PlacedLine', returns: field.integer() },
    ) {}
    domain.queryHandler('Lines', { partOf: Line }).handle(CountLines, ({ sku }) => domain.viewFor(Line).query.filter({ sku }).count())
    await domain.init()
    await domain.process(new shop.PlaceOrder({ customerId: 'c', sku: 'a' }))
    const count: number = await domain.dispatch(new CountLines({ sku: 'a' }))
    expect(count).toBe(1)
    await expect(domain.dispatch({} as never)).rejects.toMatchObject({ code: 'NOT_A_QUERY' })
  })
})

describe('a projection in a cache', () => {
  test('is written by its projector, read by identity, expires, and refuses queries', async () => {
    const { domain, Order, OrderPlaced } = shop
    class Recent extends domain.projection(
      'Recent',
      { sku: field.identifier({ identifier: true }), at: field.dateTime() },
      { cache: 'default' },
    ) {}
    domain.projector('Recents', { projectorFor: Recent, aggregates: [Order] }).on(OrderPlaced, async ({ sku }) => {
      const recents = domain.repositoryFor(Recent)
      await recents.add(new Recent({ sku, at: now }))
      expect((await recents.get(sku)).sku).toBe(sku)
    })
    await domain.init()
    await domain.process(new shop.PlaceOrder({ customerId: 'c', sku: 'a' }))
    const view = domain.viewFor(Recent)
    expect((await view.get('a')).at).toEqual(now)
    expect([await view.count(), await view.exists('a'), await view.exists('b')]).toEqual([1, true, false])
    expect(() => view.query).toThrow(expect.objectContaining({ code: 'NOT_SUPPORTED' }))
    now = new Date(now.getTime() + 301_000)
    expect(await view.find('a')).toBeUndefined()
  })
})

describe('several domains in one process', () => {
  test('keep their own current domain, and one handles the events of the other when told their type', async () => {
    const { domain } = shop
    const billing = new Domain('billing', { config: { eventProcessing: 'sync' } })
    const invoices: string[] = []
    class Invoice extends billing.aggregate('Invoice', { orderId: field.identifier({ required: true }) }) {}
    billing.eventHandler('Invoicing', { partOf: Invoice }).handle(shop.OrderPlaced, async ({ orderId }) => {
      expect(currentDomain()).toBe(billing)
      await billing.repositoryFor(Invoice).add(new Invoice({ orderId }))
      invoices.push(orderId)
    })
    await expect(billing.init()).rejects.toMatchObject({ problems: [{ code: 'ELEMENT_FOREIGN', element: 'Invoicing' }] })
    billing.registerExternalEvent(shop.OrderPlaced, 'Shop.OrderPlaced.v1')
    await Promise.all([domain.init(), billing.init()])
    const id = await domain.process(new shop.PlaceOrder({ customerId: 'c', sku: 's' }))
    const [message] = (await domain.eventStore.readAll({ limit: 10, types: ['Shop.OrderPlaced.v1'] })).messages
    const received = fromCloudEvent(toCloudEvent(message as never, { source: 'urn:protean:shop' }))
    await domain.run(() => billing.receive(received))
    expect(invoices).toEqual([id])
    expect(await billing.repositoryFor(Invoice).exists({ orderId: id })).toBe(true)
    await billing.close()
  })

  test('a message of unknown type is refused, naming it', async () => {
    await shop.domain.init()
    await shop.domain.process(new shop.PlaceOrder({ customerId: 'c', sku: 's' }))
    const [message] = (await shop.domain.eventStore.readAll({ limit: 1 })).messages
    const other = makeShop()
    await other.domain.init()
    const strange = { ...toCloudEvent(message as never, { source: 'urn:x' }), type: 'Other.Thing.v1' }
    await expect(other.domain.receive(fromCloudEvent(strange))).rejects.toMatchObject({ code: 'MESSAGE_TYPE_UNKNOWN' })
    await other.domain.close()
  })
})

test('an async domain service is refused before any of it has run', () => {
  const { domain, Order, Stock } = shop
  let ran = false
  const service = domain.domainService('Later', { partOf: [Order, Stock] }, async (_order: InstanceType<typeof Order>) => {
    ran = true
  })
  expect(() => service(new Order({ customerId: 'c' }))).toThrow(expect.objectContaining({ code: 'INCORRECT_USAGE' }))
  expect(ran).toBe(false)
})
