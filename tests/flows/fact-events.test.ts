import { field } from 'proteanjs'
import { afterEach, beforeEach, describe, expect, expectTypeOf, test } from 'vitest'
import type { JsonObject } from '../../src/util/json.ts'
import { TestDomain } from '../support/test-domain.ts'

/** Orders with fact events, and who handles what of them. */
function makeOrders() {
  const domain = new TestDomain('shop')
  domain.config.eventProcessing = 'sync'
  const seen: string[] = []

  class Money extends domain.valueObject('Money', { amount: field.float({ required: true }) }) {}
  class Line extends domain.entity('Line', { sku: field.string({ required: true }) }, { partOf: 'Order' }) {}
  class OrderNoted extends domain.event('OrderNoted', { note: field.string() }, { partOf: 'Order' }) {}
  class Order extends domain.aggregate(
    'Order',
    {
      note: field.string(),
      status: field.status(['draft', 'placed'] as const, { default: 'draft' }),
      price: field.valueObject(Money),
      lines: field.hasMany(Line),
      changedAt: field.dateTime({ autoNow: true }),
    },
    { factEvents: true },
  ) {
    annotate(note: string) {
      this.note = note
      this.raise(new OrderNoted({ note }))
    }
  }
  class Plain extends domain.aggregate('Plain', {}) {}
  const OrderFact = domain.factEvent(Order)
  domain
    .eventHandler('Facts', { partOf: Plain })
    .handle(
      OrderFact,
      async ({ id, note, lines, changedAt }) => void seen.push(`${id}: ${note} ${lines.length} ${changedAt instanceof Date}`),
    )
  domain
    .eventHandler('Copies', { streamCategory: 'shop::order:fact' })
    .handle('any', async (_event, message) => void seen.push(message.stream))
  domain.eventHandler('Orders', { partOf: Order }).handle('any', async (event) => void seen.push(`any ${event.constructor.name}`))
  return { domain, seen, Money, Line, Order, OrderNoted, OrderFact, Plain }
}

let shop: ReturnType<typeof makeOrders>
const facts = (id: string) => shop.domain.eventStore.readStream(`shop::order:fact-${id}`, { limit: 100 })

beforeEach(async () => {
  shop = makeOrders()
  await shop.domain.init()
})
afterEach(() => shop.domain.close())

describe('after each change of an aggregate with fact events', () => {
  test('W25: its whole state is in a category of its own', async () => {
    const { domain, Order, Line, Money } = shop
    const order = new Order({ id: 'fact-1', note: 'a', price: new Money({ amount: 5 }), lines: [new Line({ sku: 's' })] })
    await domain.repositoryFor(Order).add(order)
    const [fact] = await facts('fact-1')
    expect(fact).toMatchObject({
      type: 'Shop.OrderFactEvent.v1',
      category: 'shop::order:fact',
      metadata: { domain: { sequenceId: '0.1' } },
      data: { id: 'fact-1', note: 'a', status: 'draft', price: { amount: 5 }, lines: [{ sku: 's' }] },
    })
    expect(fact?.data).toEqual((await domain.repositoryFor(Order).get('fact-1')).toObject())
    expect((await domain.eventStore.readCategory('shop::order', { limit: 10 })).messages).toEqual([])
  })

  test('also when only a child changed', async () => {
    const { domain, Order, Line } = shop
    const order = new Order({ id: '1', lines: [new Line({ sku: 's' })] })
    await domain.repositoryFor(Order).add(order)
    order.lines.add(new Line({ sku: 't' }))
    await domain.repositoryFor(Order).add(order)
    await domain.repositoryFor(Order).add(order)
    expect((await facts('1')).map(({ data }) => (data.lines as readonly JsonObject[]).length)).toEqual([1, 2])
  })

  test('W2b: the same instance goes on, with events and facts numbered each for itself', async () => {
    const { domain, Order } = shop
    const order = new Order({ id: '1' })
    for (const note of ['a', 'b', 'c']) {
      order.annotate(note)
      await domain.repositoryFor(Order).add(order)
    }
    const positions = async (category: string) =>
      (await domain.eventStore.readCategory(category, { limit: 10 })).messages.map(({ metadata, stored }) => [
        metadata.domain.sequenceId,
        stored?.position,
      ])
    expect(await positions('shop::order')).toEqual([
      ['0.1', 0],
      ['1.1', 1],
      ['2.1', 2],
    ])
    expect(await positions('shop::order:fact')).toEqual([
      ['0.1', 0],
      ['1.1', 1],
      ['2.1', 2],
    ])
    expect(order._events).toEqual([])
  })

  test('W25: handlers of the fact get it, and those of the events of the aggregate do not', async () => {
    const { domain, Order, seen } = shop
    const order = new Order({ id: '1' })
    order.annotate('a')
    await domain.repositoryFor(Order).add(order)
    expect(seen.sort()).toEqual(['1: a 0 true', 'any OrderNoted', 'shop::order:fact-1'])
  })

  test('a change that is taken back leaves no fact', async () => {
    const { domain, Order } = shop
    const work = domain.unitOfWork(async () => {
      await domain.repositoryFor(Order).add(new Order({ id: '1' }))
      await domain.repositoryFor(Order).query.count()
      throw new Error('no')
    })
    await expect(work).rejects.toThrow('no')
    expect(await facts('1')).toEqual([])
  })
})

test('the class of a fact knows the types of the aggregate', () => {
  const fact = new shop.OrderFact({ id: '1', note: 'n', status: 'placed', lines: [{ sku: 's' }] })
  expectTypeOf(fact.status).toEqualTypeOf<'draft' | 'placed'>()
  expectTypeOf(fact.note).toEqualTypeOf<string | undefined>()
  expectTypeOf(fact.lines).toEqualTypeOf<readonly JsonObject[]>()
  expect(fact.toObject()).toEqual({ id: '1', note: 'n', status: 'placed', lines: [{ sku: 's' }] })
})

test('an aggregate without fact events has no class of them', () => {
  expect(() => shop.domain.factEvent(shop.Plain)).toThrow(/Plain has no fact events/)
})

test('facts are nothing that check() has to find fault with', async () => {
  const { diagnostics } = await shop.domain.check()
  expect(diagnostics.filter(({ element }) => element.includes('Fact') && element !== 'Facts')).toEqual([])
})
