import { Domain, field, messageOf } from 'proteanjs'
import { describe, expect, it } from 'vitest'
import { makeOrders } from './cluster.ts'
import { codeOf, issuesOf } from './thrown.ts'

describe('raising an event', () => {
  it('keeps it, in order, until it is stored', () => {
    const { Order, OrderPlaced, LinePacked, Line } = makeOrders()
    const order = new Order({ lines: [new Line({ sku: 'a' })] })
    expect(order._events).toEqual([])
    order.lines[0]?.pack()
    order.place()
    expect(order._events.map((event) => event.constructor)).toEqual([LinePacked, OrderPlaced])
    expect(order._events[1]).toMatchObject({ orderId: order.id })
    expect(order._version).toBe(-1)
  })

  it('gives a list of events that nobody can change', () => {
    const { Order } = makeOrders()
    const order = new Order({})
    order.place()
    expect(() => (order._events as unknown[]).pop()).toThrow(TypeError)
    expect(order._events).toHaveLength(1)
  })

  it('takes instances of events only', () => {
    const { Order, Money, domain } = makeOrders()
    class Place extends domain.command('Place', {}, { partOf: 'Order' }) {}
    const order = new Order({})
    for (const wrong of [{ orderId: 'x' }, new Money({ amount: 1 }), new Place({}), 'OrderPlaced', undefined, null])
      expect(codeOf(() => order.raise(wrong as never))).toBe('INCORRECT_USAGE')
    expect(order._events).toEqual([])
  })

  it('is refused for an event of another aggregate, or of none that exists', () => {
    const { Order, domain } = makeOrders()
    class Other extends domain.aggregate('Other', {}) {}
    class OtherDone extends domain.event('OtherDone', {}, { partOf: Other }) {}
    class Lost extends domain.event('Lost', {}, { partOf: 'Nowhere' }) {}
    const order = new Order({})
    expect(codeOf(() => order.raise(new OtherDone({})))).toBe('EVENT_OF_OTHER_AGGREGATE')
    expect(codeOf(() => order.raise(new Lost({})))).toBe('ELEMENT_UNKNOWN')
    expect(order._events).toEqual([])
  })

  it('is refused to an entity that is part of no aggregate yet', () => {
    const { Line, LinePacked } = makeOrders()
    const line = new Line({ sku: 'a' })
    expect(codeOf(() => line.raise(new LinePacked({ sku: 'a' })))).toBe('INCORRECT_USAGE')
    expect(codeOf(() => line.pack())).toBe('INCORRECT_USAGE')
    expect(line.state).toBe('open')
  })

  it('takes events of the abstract aggregate that this one extends', () => {
    const domain = new Domain('animals')
    class Fed extends domain.event('Fed', {}, { partOf: 'Animal' }) {}
    class Barked extends domain.event('Barked', {}, { partOf: () => Dog }) {}
    class Animal extends domain.aggregate('Animal', {}, { abstract: true }) {
      feed() {
        this.raise(new Fed({}))
      }
    }
    class Dog extends domain.aggregate('Dog', {}, { extends: Animal }) {}
    class Cat extends domain.aggregate('Cat', {}, { extends: Animal }) {}
    const dog = new Dog({})
    dog.feed()
    dog.raise(new Barked({}))
    expect(dog._events.map((event) => event.constructor)).toEqual([Fed, Barked])
    expect(codeOf(() => new Cat({}).raise(new Barked({})))).toBe('EVENT_OF_OTHER_AGGREGATE')
  })

  it('finds its aggregate by name also when elements of other kinds have that name', () => {
    const domain = new Domain('names')
    class Placed extends domain.event('Placed', {}, { partOf: 'Order' }) {}
    class Order extends domain.aggregate('Order', {}) {}
    class View extends domain.projection('Order', { id: field.identifier({ identifier: true }) }) {}
    const order = new Order({})
    order.raise(new Placed({}))
    expect([order._events.length, View.name]).toEqual([1, 'View'])
  })

  it('is refused for an event that was raised before, by whatever aggregate', () => {
    const { Order, OrderPlaced } = makeOrders()
    const [order, other] = [new Order({}), new Order({})]
    const event = new OrderPlaced({ orderId: order.id })
    order.raise(event)
    const id = messageOf(event)?.id
    expect(codeOf(() => order.raise(event))).toBe('INCORRECT_USAGE')
    expect(codeOf(() => other.raise(event))).toBe('INCORRECT_USAGE')
    expect([order._events.length, other._events.length, messageOf(event)?.id === id]).toEqual([1, 0, true])
  })

  it('is undone when what belongs to it fails, such as an enricher', () => {
    const { domain, Order } = makeOrders()
    let fails = true
    domain.registerEventEnricher(() => {
      if (fails) throw new RangeError('boom')
      return {}
    })
    const order = new Order({})
    expect(() => order.place()).toThrow(RangeError)
    expect([order._events.length, order.status]).toEqual([0, 'draft'])
    fails = false
    order.place()
    expect(order._events).toHaveLength(1)
  })

  it('may happen while the aggregate is made', () => {
    const domain = new Domain('making')
    class Made extends domain.event('Made', { thingId: field.identifier() }, { partOf: 'Thing' }) {}
    class Thing extends domain.aggregate('Thing', {}) {
      defaults() {
        this.raise(new Made({ thingId: this.id }))
      }
    }
    const thing = new Thing({})
    expect(thing._events).toHaveLength(1)
    expect(messageOf(thing._events[0]!)?.stream).toContain(thing.id)
  })
})

describe('the message that carries an event', () => {
  it('is there once the event is raised, with an id that no other has', () => {
    const { Order, OrderPlaced } = makeOrders()
    const ids = new Set<string>()
    for (const order of [new Order({ id: 'same' }), new Order({ id: 'same' })]) {
      for (let time = 0; time < 3; time += 1) {
        const event = new OrderPlaced({ orderId: 'same' })
        expect(messageOf(event)).toBeUndefined()
        order.raise(event)
        ids.add(messageOf(event)?.id ?? '')
      }
    }
    expect(ids.size).toBe(6)
  })
})

describe('two messages', () => {
  it('are equal when they are the same message, not when they say the same', () => {
    const { Order, OrderPlaced } = makeOrders()
    const order = new Order({})
    const [one, other] = [new OrderPlaced({ orderId: 'x' }), new OrderPlaced({ orderId: 'x' })]
    expect([one.equals(one), one.equals(other), one.equals({ orderId: 'x' }), one.equals(undefined)]).toEqual([true, false, false, false])
    order.raise(one)
    order.raise(other)
    expect([one.equals(one), one.equals(other)]).toEqual([true, false])
  })
})

describe('events, commands and queries', () => {
  it('are deeply immutable', () => {
    const domain = new Domain('messages')
    class Noted extends domain.event(
      'Noted',
      { tags: field.list(field.string()), data: field.json<{ a: number[] }>(), at: field.dateTime() },
      { partOf: 'X' },
    ) {}
    const event = new Noted({ tags: ['a'], data: { a: [1] }, at: new Date(0) })
    expect(() => Object.assign(event, { tags: [] })).toThrow(TypeError)
    expect(() => Object.assign(event, { other: 1 })).toThrow(TypeError)
    expect(() => (event.tags as string[]).push('b')).toThrow(TypeError)
    expect(() => event.data?.a.push(2)).toThrow(TypeError)
    expect(() => event.at?.setTime(1)).toThrow(expect.objectContaining({ code: 'INCORRECT_USAGE' }))
    expect(() => Object.assign(event.payload, { tags: [] })).toThrow(TypeError)
  })

  it('give their values as payload and as plain data', () => {
    const { Money, domain } = makeOrders()
    class Priced extends domain.event(
      'Priced',
      { price: field.valueObject(Money), at: field.dateTime(), note: field.string() },
      { partOf: 'Order' },
    ) {}
    const event = new Priced({ price: new Money({ amount: 2 }), at: new Date(0) })
    expect(event.payload).toEqual({ price: new Money({ amount: 2 }), at: new Date(0), note: undefined })
    expect(event.toObject()).toEqual({ price: { amount: 2, currency: 'USD' }, at: '1970-01-01T00:00:00.000Z' })
    expect(JSON.parse(JSON.stringify(event))).toEqual(event.toObject())
  })

  it('may be made from the plain data of another', () => {
    const { OrderPlaced } = makeOrders()
    const event = new OrderPlaced({ orderId: 'x' })
    expect(new OrderPlaced(event.toObject() as never).payload).toEqual(event.payload)
    expect(new OrderPlaced(event).payload).toEqual(event.payload)
  })

  it('are checked like any other element', () => {
    const domain = new Domain('messages')
    class Place extends domain.command(
      'Place',
      { id: field.identifier({ identifier: true }), n: field.integer({ required: true, min: 1 }) },
      { partOf: 'X' },
    ) {}
    expect(issuesOf(() => new Place({ n: 0, more: 1 } as never))).toEqual(['id REQUIRED', 'n TOO_SMALL', 'more UNKNOWN_FIELD'])
  })

  it('may be abstract, and extended', () => {
    const domain = new Domain('messages')
    class Base extends domain.event('Base', { by: field.string({ required: true }) }, { abstract: true, partOf: 'X' }) {
      get loud() {
        return this.by.toUpperCase()
      }
    }
    class Done extends domain.event('Done', { n: field.integer() }, { partOf: 'X', extends: Base }) {}
    expect(codeOf(() => new Base({ by: 'x' }))).toBe('NOT_SUPPORTED')
    const event = new Done({ by: 'me', n: 1 })
    expect([event.toObject(), event.loud, event instanceof Base]).toEqual([{ by: 'me', n: 1 }, 'ME', true])
    expect(issuesOf(() => new Done({} as never))).toEqual(['by REQUIRED'])
  })
})
