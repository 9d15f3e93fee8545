import type { CausationNode } from 'proteanjs'
import { field, Message, messageOf } from 'proteanjs'
import { afterEach, beforeEach, describe, expect, expectTypeOf, test, vi } from 'vitest'
import type { JsonObject } from '../../../src/util/json.ts'
import { TestDomain } from '../../support/test-domain.ts'

/** Orders that are billed and shipped, each in reaction to what came before. */
function makeShop() {
  const domain = new TestDomain('shop')
  domain.config.eventProcessing = 'sync'
  domain.config.commandProcessing = 'sync'

  class Happened extends domain.event('Happened', { number: field.integer({ default: 0 }) }, { partOf: 'Order', abstract: true }) {}
  class Placed extends domain.event('Placed', {}, { partOf: 'Order', version: 2, renamedFrom: 'Ordered', extends: Happened }) {}
  class Billed extends domain.event('Billed', {}, { partOf: 'Order', extends: Happened }) {}
  class Shipped extends domain.event('Shipped', {}, { partOf: 'Order' }) {}
  domain.upcaster(Placed, { from: 1, to: 2 }, ({ count = 0 }) => ({ number: count }))

  class Order extends domain.aggregate('Order', { state: field.string() }) {
    become(state: string, event: Placed | Billed | Shipped) {
      this.state = state
      this.raise(event)
    }
  }
  class Place extends domain.command('Place', { id: field.identifier({ required: true }) }, { partOf: Order }) {}
  const change = async (id: string, state: string, event: Placed | Billed | Shipped) => {
    const orders = domain.repositoryFor(Order)
    const order = (await orders.find(id)) ?? new Order({ id })
    order.become(state, event)
    await orders.add(order)
  }
  domain.commandHandler('Placing', { partOf: Order }).handle(Place, ({ id }) => change(id, 'placed', new Placed({ number: 1 })))
  domain.eventHandler('Billing', { partOf: Order }).handle(Placed, () => change('bill', 'billed', new Billed({ number: 2 })))
  domain.eventHandler('Shipping', { partOf: Order }).handle(Billed, () => change('parcel', 'shipped', new Shipped({})))
  domain.eventHandler('Notes', { partOf: Order }).handle(Placed, () => change('note', 'shipped', new Shipped({})))
  return { domain, Happened, Placed, Billed, Shipped, Order, Place }
}

let shop: ReturnType<typeof makeShop>

beforeEach(async () => {
  shop = makeShop()
  await shop.domain.init()
})
afterEach(() => shop.domain.close())

const nameOf = ({ type }: Message) => type.split('.')[1]
const tree = ({ message, effects }: CausationNode): unknown => [nameOf(message), ...effects.map(tree)]
const all = async () => (await shop.domain.eventStore.readAll({ limit: 100 })).messages
const withName = async (name: string) => (await all()).find((message) => nameOf(message) === name) as Message

/** Appends what another program, or an older version of this one, may have left. */
async function append(stream: string, ...messages: readonly (readonly [type: string, data: JsonObject, checksum?: string])[]) {
  const made = messages.map(
    ([type, data, checksum], at) =>
      new Message(data, {
        headers: { id: `${stream} ${type} ${at}`, time: new Date(0), type, stream },
        envelope: { specversion: '1.0', ...(checksum === undefined ? {} : { checksum }) },
        domain: { kind: 'EVENT', fqn: 'shop.Placed', streamCategory: 'shop::order', version: 1, asynchronous: false, priority: 0 },
        extensions: {},
      }),
  )
  await shop.domain.eventStore.append([{ stream, category: 'shop::order', messages: made }])
}

describe('W14, R2.27: a trace', () => {
  test('is the tree of what came of a message, and the way that led to it', async () => {
    const { domain, Place } = shop
    await domain.process(new Place({ id: '1' }))
    await domain.process(new Place({ id: '2' }))
    const placed = await withName('Placed')
    const trace = await domain.log.trace(placed.id)
    expect(trace.causes.map(nameOf)).toEqual(['Place'])
    expect(tree(trace)).toEqual(['Placed', ['Billed', ['Shipped']], ['Shipped']])
    const [command] = trace.causes
    expect(tree(await domain.log.trace(command?.id ?? ''))).toEqual(['Place', ['Placed', ['Billed', ['Shipped']], ['Shipped']]])
    const last = trace.effects[0]?.effects[0]?.message.id ?? ''
    expect((await domain.log.trace(last)).causes.map(nameOf)).toEqual(['Place', 'Placed', 'Billed'])
  })

  test('begins with an event that no command led to', async () => {
    const { domain, Order, Placed } = shop
    const order = new Order({ id: '1' })
    order.become('placed', new Placed({}))
    await domain.repositoryFor(Order).add(order)
    const shipped = (await all()).filter((message) => nameOf(message) === 'Shipped').at(-1) as Message
    expect((await domain.log.trace(shipped.id)).causes.map(nameOf)[0]).toBe('Placed')
    expect(tree(await domain.log.trace((await withName('Placed')).id))).toEqual(['Placed', ['Billed', ['Shipped']], ['Shipped']])
  })

  test('asks for one correlation, and never for the log', async () => {
    const { domain, Place } = shop
    await domain.process(new Place({ id: '1' }))
    const { id, correlationId } = await withName('Placed')
    const [readAll, correlated] = [vi.spyOn(domain.eventStore, 'readAll'), vi.spyOn(domain.eventStore, 'correlated')]
    expect((await domain.log.trace(id)).message.id).toBe(id)
    expect(readAll).not.toHaveBeenCalled()
    expect(correlated.mock.calls).toEqual([[correlationId]])
  })

  test('W21: two commands to one aggregate have ids of their own, and so have their effects', async () => {
    const { domain, Place } = shop
    await domain.process(new Place({ id: '1' }))
    await domain.process(new Place({ id: '1' }))
    const commands = (await all()).filter(({ kind }) => kind === 'COMMAND')
    expect(new Set(commands.map(({ id }) => id)).size).toBe(2)
    for (const { id } of commands) expect((await domain.log.trace(id)).effects).toHaveLength(1)
  })

  test('of a message that was never stored fails', async () => {
    await expect(shop.domain.log.trace('nobody')).rejects.toMatchObject({ code: 'OBJECT_NOT_FOUND' })
  })
})

describe('the events of a class', () => {
  test('are read in order, those of classes that extend it, of older versions and former names too', async () => {
    const { domain, Happened, Placed, Place } = shop
    await append('shop::order-old', ['Shop.Placed.v1', { count: 7 }], ['Shop.Ordered.v1', { count: 8 }], ['Shop.Ordered.v2', { number: 9 }])
    await domain.process(new Place({ id: '1' }))
    const numbers: number[] = []
    for await (const event of domain.log.eventsOfType(Placed)) {
      expectTypeOf(event.number).toEqualTypeOf<number>()
      expect(event).toBeInstanceOf(Placed)
      numbers.push(event.number)
    }
    expect(numbers).toEqual([7, 8, 9, 1])
    const happened: unknown[] = []
    for await (const event of domain.log.eventsOfType(Happened)) happened.push(event.number)
    expect(happened).toEqual([7, 8, 9, 1, 2])
  })

  test('go on after a cursor, over any number of pages', async () => {
    const { domain, Placed } = shop
    for (let page = 0; page < 3; page += 1)
      await append(
        `shop::order-${page}`,
        ...Array.from({ length: 400 }, (_, number) => ['Shop.Placed.v2', { number: page * 400 + number }] as const),
      )
    const events = []
    for await (const event of domain.log.eventsOfType(Placed)) events.push(event)
    expect(events.map(({ number }) => number)).toEqual(Array.from({ length: 1200 }, (_, number) => number))
    const rest = []
    const cursor = messageOf(events[1190] as object)?.stored?.cursor
    for await (const event of domain.log.eventsOfType(Placed, cursor)) rest.push(event.number)
    expect(rest).toHaveLength(9)
  })
})

describe('verify', () => {
  test('finds nothing wrong with what a domain has stored', async () => {
    const { domain, Place } = shop
    expect(await domain.log.verify()).toEqual({ ok: true, messages: 0, streams: 0, violations: [] })
    await domain.process(new Place({ id: '1' }))
    expect(await domain.log.verify()).toEqual({ ok: true, messages: 5, streams: 5, violations: [] })
  })

  test('names every message that nobody can read, or that was tampered with', async () => {
    await append(
      'shop::order-1',
      ['Shop.Lost.v1', {}],
      ['Shop.Placed.v7', {}],
      ['Shop.Placed.v2', { number: 'many' }],
      ['Shop.Placed.v2', { number: 1 }, 'f00'],
    )
    const { ok, messages, streams, violations } = await shop.domain.log.verify()
    expect({ ok, messages, streams }).toEqual({ ok: false, messages: 4, streams: 1 })
    expect(violations.map(({ kind, position, stream }) => [kind, position, stream])).toEqual([
      ['unknown type', 0, 'shop::order-1'],
      ['unreadable', 1, 'shop::order-1'],
      ['unreadable', 2, 'shop::order-1'],
      ['checksum', 3, 'shop::order-1'],
    ])
    expect(violations[1]?.detail).toContain('there is no way from that version')
  })

  test('finds gaps and ids that come twice, in stores that let them in', async () => {
    const { domain, Place } = shop
    await domain.process(new Place({ id: '1' }))
    const { eventStore } = domain
    const readAll = eventStore.readAll.bind(eventStore)
    eventStore.readAll = async (read) => {
      const page = await readAll(read)
      const [first, ...others] = page.messages
      return { ...page, messages: first === undefined ? [] : [first, moved(first, 2), ...others] }
    }
    const { violations } = await domain.log.verify()
    expect(violations.map(({ kind }) => kind)).toEqual(['position gap', 'duplicate id'])
  })
})

function moved({ data, metadata, stored }: Message, position: number): Message {
  return new Message(data, metadata, { position, cursor: stored?.cursor ?? '' })
}
