import { field, InvalidStateError, messageOf, ReactionError, ValidationError } from 'proteanjs'
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
const newOrder = (quantity = 1) => new shop.Order({ customerId: 'c', lines: [new shop.Line({ sku: 's', quantity })] })
const place = (quantity = 1) => new shop.PlaceOrder({ customerId: 'c', sku: 's', quantity })

describe('a command without history', () => {
  test('that is accepted gives its events and the aggregate that it made', async () => {
    const order = await given(shop.Order).process(place(3))
    expect(order.accepted).toBe(true)
    expect(order.rejected).toBe(false)
    expect(order.rejection).toBeUndefined()
    expect(order.rejectionMessages).toEqual([])
    expect(order.events.types).toEqual([shop.OrderPlaced])
    expect(order.events.get(shop.OrderPlaced).quantity).toBe(3)
    expect(order.aggregate).toBeInstanceOf(shop.Order)
    expect(order.result).toBe(order.aggregate?.id)
  })

  test('gives the members of the aggregate as its own, typed', async () => {
    const order = await given(shop.Order).process(place(3))
    const status: 'draft' | 'placed' = order.status
    expect(status).toBe('placed')
    expect(order.lines.map(({ quantity }) => quantity)).toEqual([3])
    expect(order.toObject()).toMatchObject({ customerId: 'c', status: 'placed' })
    expect(order).toMatchObject({ accepted: true, status: 'placed', customerId: 'c' })
    expect(order).toBeInstanceOf(shop.Order)
    expect('status' in order && 'accepted' in order).toBe(true)
    expect((order as unknown as Record<string, unknown>).unheardOf).toBeUndefined()
  })

  test('finds the aggregate by what the handler returns where there are no events', async () => {
    const { domain, Order } = shop
    class Draft extends domain.command('Draft', {}, { partOf: Order, returns: field.identifier() }) {}
    domain.commandHandler('Drafts', { partOf: Order }).handle(Draft, async () => {
      const order = newOrder()
      await domain.repositoryFor(Order).add(order)
      return order.id
    })
    await domain.init()
    const order = await given(Order).process(new Draft({}))
    expect(order.events).toHaveLength(0)
    expect(order.status).toBe('draft')
  })
})

describe('events of a command', () => {
  test('are its own, without those of handlers that reacted', async () => {
    await shop.domain.repositoryFor(shop.Stock).add(new shop.Stock({ sku: 's', left: 5 }))
    const order = await given(shop.Order).process(place())
    expect(order.events.types).toEqual([shop.OrderPlaced])
    expect((await shop.domain.repositoryFor(shop.Stock).get('s')).left).toBe(4)
  })

  test('include those of commands that its handler processes', async () => {
    const { domain, Order } = shop
    class PlaceAndNote extends domain.command('PlaceAndNote', {}, { partOf: Order }) {}
    domain.commandHandler('Notes', { partOf: Order }).handle(PlaceAndNote, async () => {
      const id = await domain.process(place())
      await domain.process(new shop.Annotate({ id, note: 'n' }))
    })
    await domain.init()
    const order = await given(Order).process(new PlaceAndNote({}))
    expect(order.events.types).toEqual([shop.OrderPlaced, shop.OrderNoted])
    expect(order.note).toBe('n')
  })

  test('are read as they are stored', async () => {
    const order = await given(shop.Order).process(place())
    const event = order.events.get(shop.OrderPlaced)
    expect(messageOf(event)?.stored).toMatchObject({ position: 0 })
    expect(event).toBeInstanceOf(shop.OrderPlaced)
  })
})

describe('a history', () => {
  test('of aggregates is saved first', async () => {
    const order = newOrder()
    const result = await given(shop.Order, order).process(new shop.Annotate({ id: order.id, note: 'hello' }))
    expect(result.accepted).toBe(true)
    expect(result.note).toBe('hello')
    expect(result.events.types).toEqual([shop.OrderNoted])
  })

  test('has events that the aggregate raised, once, with the reactions to them', async () => {
    const order = newOrder()
    order.place()
    const [event] = order._events
    const result = await given(shop.Order, order, event as InstanceType<typeof shop.OrderPlaced>).process(
      new shop.Annotate({ id: order.id, note: 'n' }),
    )
    expect(result.allEvents.types).toEqual([shop.OrderNoted])
    expect((await shop.domain.eventStore.readStream(`shop::order-${order.id}`, { limit: 9 })).map(({ type }) => type)).toEqual([
      'Shop.OrderPlaced.v1',
      'Shop.OrderNoted.v1',
    ])
    expect((await shop.domain.viewFor(shop.Dashboard).get(order.id)).notes).toEqual(['n'])
  })

  test('has other events of a given aggregate stored in its stream, and handlers react to them', async () => {
    const order = newOrder()
    const placed = new shop.OrderPlaced({ orderId: order.id, sku: 'x', quantity: 2 })
    const noted = new shop.OrderNoted({ orderId: order.id, note: 'earlier' })
    const result = await given(shop.Order, placed, order)
      .after(noted)
      .process(new shop.Annotate({ id: order.id, note: 'now' }))
    expect(result.events.types).toEqual([shop.OrderNoted])
    expect((await shop.domain.viewFor(shop.Dashboard).get(order.id)).notes).toEqual(['earlier', 'now'])
    const stored = await shop.domain.eventStore.readStream(`shop::order-${order.id}`, { limit: 9 })
    expect(stored.map(({ data }) => data.note ?? data.sku)).toEqual(['x', 'earlier', 'now'])
  })

  test('is there once, however many commands follow', async () => {
    const order = newOrder()
    const result = await given(shop.Order, order)
      .process(new shop.Annotate({ id: order.id, note: 'one' }))
      .process(new shop.Annotate({ id: order.id, note: 'two' }))
    expect(result.events.get(shop.OrderNoted).note).toBe('two')
    expect(result.allEvents.ofType(shop.OrderNoted).map(({ note }) => note)).toEqual(['one', 'two'])
    await result.process(new shop.Annotate({ id: order.id, note: 'three' }))
    expect(result.note).toBe('three')
    expect(result.allEvents).toHaveLength(3)
    expect(result._version).toBe(3)
  })

  test('of events alone is refused, since they do not say what a state-stored aggregate was like', () => {
    const placed = new shop.OrderPlaced({ orderId: 'o', sku: 's', quantity: 1 })
    return expect(given(shop.Order, placed).process(new shop.Annotate({ id: 'o', note: 'n' }))).rejects.toThrow(
      withCode('GIVEN_STATE_MISSING'),
    )
  })

  test('of events of another aggregate than the given one is refused', () => {
    const placed = new shop.OrderPlaced({ orderId: 'another', sku: 's', quantity: 1 })
    return expect(given(shop.Order, newOrder(), placed).process(place())).rejects.toThrow(withCode('GIVEN_STATE_MISSING'))
  })

  test('takes nothing but the aggregate and its events', () => {
    const stock = new shop.Stock({ sku: 's', left: 1 })
    const taken = new shop.StockTaken({ sku: 's', left: 1 })
    expect(() => given(shop.Order, stock as never)).toThrow(withCode('GIVEN_NOT_OF_AGGREGATE'))
    expect(() => given(shop.Order, taken)).toThrow(withCode('GIVEN_NOT_OF_AGGREGATE'))
    expect(() => given(shop.Order, place() as never)).toThrow(withCode('GIVEN_NOT_OF_AGGREGATE'))
    expect(() => given(shop.Order).after('event' as never)).toThrow(withCode('GIVEN_NOT_OF_AGGREGATE'))
  })

  test('whose reactions fail is thrown, not taken for an answer to the command', () => {
    const order = newOrder()
    const cursed = new shop.OrderPlaced({ orderId: order.id, sku: 'cursed', quantity: 1 })
    return expect(given(shop.Order, order, cursed).process(place())).rejects.toThrow(ReactionError)
  })
})

describe('a rejection', () => {
  test('by a rule is part of the result, and nothing has changed', async () => {
    const take = (quantity: number) => new shop.Take({ sku: 's', quantity })
    const stock = await given(shop.Stock, new shop.Stock({ sku: 's', left: 5 }))
      .process(take(1))
      .process(take(9))
    expect(stock.accepted).toBe(false)
    expect(stock.rejected).toBe(true)
    expect(stock.rejection).toBeInstanceOf(ValidationError)
    expect(stock.rejectionMessages).toEqual(['not enough in stock'])
    expect(stock.events).toHaveLength(0)
    expect(stock.allEvents.types).toEqual([shop.StockTaken])
    expect(stock.result).toBeUndefined()
    expect(stock.left).toBe(4)
  })

  test('has the text of every rule that was broken', async () => {
    const { domain, Order } = shop
    class Refuse extends domain.command('Refuse', {}, { partOf: Order }) {}
    domain.commandHandler('Refusing', { partOf: Order }).handle(Refuse, async () => {
      throw new ValidationError({ note: ['is rude', 'is long'], _entity: ['no'] })
    })
    await domain.init()
    expect((await given(Order).process(new Refuse({}))).rejectionMessages).toEqual(['is rude', 'is long', 'no'])
  })

  test('leaves no aggregate to read where there was none', async () => {
    const result = await given(shop.Order).process(place(0))
    expect(result.aggregate).toBeUndefined()
    expect(() => result.status).toThrow(withCode('GIVEN_NO_AGGREGATE'))
  })

  test('is what a domain throws to say no, its own errors that extend one of these included', async () => {
    class ShopClosed extends InvalidStateError {}
    const { domain, Order } = shop
    class Open extends domain.command('Open', {}, { partOf: Order }) {}
    domain.commandHandler('Opening', { partOf: Order }).handle(Open, async () => {
      throw new ShopClosed('the shop is closed')
    })
    await domain.init()
    const result = await given(Order).process(new Open({}))
    expect(result.rejected).toBe(true)
    expect(result.rejectionMessages).toEqual(['the shop is closed'])
  })

  test('is also an aggregate that is not there, and a command that came too late', async () => {
    expect((await given(shop.Order).process(new shop.Annotate({ id: 'nobody', note: 'n' }))).rejection).toMatchObject({
      code: 'OBJECT_NOT_FOUND',
    })
    expect((await given(shop.Order).process(place(), { deadline: new Date(0) })).rejection).toMatchObject({ code: 'COMMAND_EXPIRED' })
  })

  test('is not a mistake in a handler: that is thrown', async () => {
    const { domain, Order } = shop
    class Break extends domain.command('Break', {}, { partOf: Order }) {}
    domain.commandHandler('Breaking', { partOf: Order }).handle(Break, async () => {
      throw new TypeError('undefined is not a function')
    })
    await domain.init()
    await expect(given(Order).process(new Break({}))).rejects.toThrow(TypeError)
  })

  test('is not a failed reaction to a command that was accepted: that is thrown', async () => {
    const command = new shop.PlaceOrder({ customerId: 'c', sku: 'cursed', quantity: 1 })
    await expect(given(shop.Order).process(command)).rejects.toMatchObject({ code: 'REACTION_FAILED', committed: true })
  })
})

describe('used in the wrong way', () => {
  test('before a command there is neither acceptance nor rejection, and nothing to read of the aggregate', () => {
    const order = given(shop.Order)
    expect([order.accepted, order.rejected, order.events.length, order.aggregate]).toEqual([false, false, 0, undefined])
    expect(() => order.status).toThrow(withCode('GIVEN_NOT_PROCESSED'))
  })

  test('a result cannot be changed', async () => {
    const order = await given(shop.Order).process(place())
    expect(() => Object.assign(order, { note: 'changed' })).toThrow(withCode('INCORRECT_USAGE'))
  })

  test('something that is neither aggregate nor events is refused', () => {
    expect(() => given(shop.Dashboard as never)).toThrow(withCode('WRONG_ELEMENT'))
    expect(() => given(class {} as never)).toThrow(withCode('GIVEN_NOTHING'))
    expect(() => given(...([] as unknown as [never]))).toThrow(withCode('GIVEN_NOTHING'))
  })

  test('a domain that was not initialised says so', async () => {
    const other = makeShopWithDashboard()
    const command = new other.PlaceOrder({ customerId: 'c', sku: 's' })
    await expect(given(other.Order).process(command)).rejects.toThrow(withCode('DOMAIN_NOT_INITIALIZED'))
  })

  test('a command of another domain is refused', async () => {
    const other = makeShopWithDashboard()
    await expect(given(shop.Order).process(new other.PlaceOrder({ customerId: 'c', sku: 's' }))).rejects.toThrow(
      withCode('FOREIGN_COMMAND'),
    )
  })
})

test('a command is processed at once, also where commands are left to an engine', async () => {
  await shop.domain.close()
  shop.domain.config.commandProcessing = 'async'
  shop.domain.config.eventProcessing = 'async'
  await shop.domain.init()
  const order = newOrder()
  order.place()
  const result = await given(shop.Order, order).process(new shop.Annotate({ id: order.id, note: 'n' }))
  expect(result.note).toBe('n')
  expect(await shop.domain.viewFor(shop.Dashboard).count()).toBe(0)
})

test('works without a context', async () => {
  await fixture.exit()
  expect((await given(shop.Order).process(place())).accepted).toBe(true)
  await fixture.enter()
})
