import { currentMessage, field, ReactionError } from 'proteanjs'
import { DomainFixture, given, SequentialIds } from 'proteanjs/testing'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { ShopWithDashboard } from './shop-with-dashboard.ts'
import { makeShopWithDashboard } from './shop-with-dashboard.ts'

let shop: ShopWithDashboard
let fixture: DomainFixture

beforeEach(async () => {
  shop = makeShopWithDashboard({ ids: new SequentialIds() })
  fixture = new DomainFixture(shop.domain)
  await fixture.setup()
  await fixture.enter()
})
afterEach(async () => {
  await fixture.exit()
  await fixture.teardown()
})

const withCode = (code: string) => expect.objectContaining({ code })
const placed = (orderId = '1', sku = 's', quantity = 2) => new shop.OrderPlaced({ orderId, sku, quantity })
const noted = (note: string, orderId = '1') => new shop.OrderNoted({ orderId, note })

describe('events lead to a projection', () => {
  test('that is found by its identity, with its own members to be read, typed', async () => {
    const dashboard = await given(placed(), noted('a'), noted('b')).then(shop.Dashboard, { id: '1' })
    expect(dashboard.found).toBe(true)
    expect(dashboard.notFound).toBe(false)
    const notes: readonly string[] = dashboard.notes
    expect(notes).toEqual(['a', 'b'])
    expect(dashboard.isBig).toBe(false)
    expect(dashboard.projection).toBeInstanceOf(shop.Dashboard)
    expect(dashboard).toMatchObject({ found: true, sku: 's' })
  })

  test('that is found by its identifier field, or by any values', async () => {
    expect((await given(placed()).then(shop.Dashboard, { orderId: '1' })).found).toBe(true)
    expect((await given(placed('2', 'x', 5)).then(shop.Dashboard, { sku: 'x', quantity: { gte: 5 } })).orderId).toBe('2')
    expect((await given(noted('n')).then(shop.Dashboard, { sku: 'none' })).notFound).toBe(true)
  })

  test('of several, only one may match', async () => {
    await expect(given(placed('1'), placed('2')).then(shop.Dashboard, { sku: 's' })).rejects.toThrow(withCode('TOO_MANY_OBJECTS'))
  })

  test('that may not be there', async () => {
    const dashboard = await given(noted('nothing to note it on')).then(shop.Dashboard, { id: '1' })
    expect(dashboard.found).toBe(false)
    expect(dashboard.notFound).toBe(true)
    expect(dashboard.projection).toBeUndefined()
    expect(() => dashboard.sku).toThrow(withCode('PROJECTION_NOT_FOUND'))
  })

  test('and to whatever else reacts to them', async () => {
    await shop.domain.repositoryFor(shop.Stock).add(new shop.Stock({ sku: 's', left: 5 }))
    await given(placed()).then(shop.Dashboard, { id: '1' })
    expect((await shop.domain.repositoryFor(shop.Stock).get('s')).left).toBe(3)
  })

  test('as messages of the stream of the aggregate that they name, and are not stored', async () => {
    const streams: (string | undefined)[] = []
    const { domain, Order, OrderPlaced } = shop
    domain.eventHandler('Streams', { partOf: Order }).handle(OrderPlaced, async (_event, message) => {
      streams.push(message.stream, currentMessage()?.type)
    })
    await domain.init()
    await given(placed('17')).then(shop.Dashboard, { id: '17' })
    expect(streams).toEqual(['shop::order-17', 'Shop.OrderPlaced.v1'])
    expect((await domain.eventStore.readAll({ limit: 9 })).messages).toEqual([])
  })

  test('also when an aggregate raised them', async () => {
    const order = new shop.Order({ customerId: 'c', lines: [new shop.Line({ sku: 's', quantity: 4 })] })
    order.place()
    const [event] = order._events
    if (event === undefined) throw new Error('placing an order raises an event')
    expect((await given(event).then(shop.Dashboard, { id: order.id })).quantity).toBe(4)
  })

  test('also when they name no aggregate', async () => {
    const { domain, Order } = shop
    class SaleBegan extends domain.event('SaleBegan', { sku: field.string() }, { partOf: Order }) {}
    domain.projector('Sales', { projectorFor: shop.Dashboard }).on(SaleBegan, async ({ sku }) => {
      await domain.repositoryFor(shop.Dashboard).add(new shop.Dashboard({ orderId: 'sale', sku }))
    })
    await domain.init()
    expect((await given(new SaleBegan({ sku: 'q' })).then(shop.Dashboard, { id: 'sale' })).sku).toBe('q')
  })

  test('unless a handler fails: that is thrown', async () => {
    await expect(given(placed('1', 'cursed')).then(shop.Dashboard, { id: '1' })).rejects.toThrow(ReactionError)
  })
})

describe('has', () => {
  test('is satisfied by the values that the projection has, and can be chained', async () => {
    const dashboard = await given(placed(), noted('a')).then(shop.Dashboard, { id: '1' })
    expect(dashboard.has({ sku: 's', notes: ['a'] }).has({ quantity: 2 }).orderId).toBe('1')
  })

  test('fails on another value, and says which', async () => {
    const dashboard = await given(placed()).then(shop.Dashboard, { id: '1' })
    expect(() => dashboard.has({ quantity: 3 })).toThrow(
      expect.objectContaining({ code: 'ERR_ASSERTION', message: 'Dashboard.quantity: expected 3, got 2', actual: 2, expected: 3 }),
    )
  })

  test('fails on a member that there is not', async () => {
    const dashboard = await given(placed()).then(shop.Dashboard, { id: '1' })
    expect(() => dashboard.has({ colour: 'red' } as never)).toThrow(/Dashboard has no attribute 'colour'/)
  })

  test('fails where nothing was found', async () => {
    const dashboard = await given(noted('n')).then(shop.Dashboard, { id: '1' })
    expect(() => dashboard.has({ quantity: 3 })).toThrow(/Dashboard projection not found/)
  })
})

describe('used in the wrong way', () => {
  test('a sequence that leads nowhere cannot be awaited', async () => {
    const sequence: unknown = given(placed())
    await expect((async () => await sequence)()).rejects.toThrow(withCode('GIVEN_WITHOUT_THEN'))
  })

  test('only a projection can be asked for, and only with something to find it by', async () => {
    await expect(given(placed()).then(shop.Order as never, { id: '1' })).rejects.toThrow(withCode('WRONG_ELEMENT'))
    await expect(given(placed()).then(shop.Dashboard, {})).rejects.toThrow(withCode('PROJECTION_KEY_MISSING'))
    await expect(given(placed()).then(shop.Dashboard, undefined as never)).rejects.toThrow(withCode('PROJECTION_KEY_MISSING'))
  })

  test('events come with events only', () => {
    const order = new shop.Order({ customerId: 'c' })
    expect(() => given(placed(), order as never)).toThrow(withCode('GIVEN_NOT_AN_EVENT'))
  })
})
