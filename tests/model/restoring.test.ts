import { Domain, field } from 'proteanjs'
import { describe, expect, it } from 'vitest'
import { definitionOf } from '../../src/model/definition.ts'
import type { Constructor } from '../../src/model/element-ref.ts'
import { makeOrders } from './cluster.ts'
import { codeOf, issuesOf, thrownBy } from './thrown.ts'

function restore<T extends object>(cls: Constructor<T>, values: Record<string, unknown>): T {
  return definitionOf(cls)?.restore(values) as T
}

describe('an element that comes back from storage', () => {
  it('has its values as they were stored, though rules or defaults have changed since', () => {
    const domain = new Domain('storage')
    class Thing extends domain.aggregate('Thing', {
      name: field.string({ required: true, maxLength: 3 }),
      size: field.integer({ default: 5 }),
      at: field.auto(),
    }) {
      static {
        this.invariant('never holds', () => false)
      }
      defaults() {
        this.size = 9
      }
    }
    const thing = restore(Thing, { id: 'x', name: 'too long' })
    expect([thing.name, thing.size, thing.at, thing.id]).toEqual(['too long', undefined, undefined, 'x'])
  })

  it('is an instance of the user class, with its private members and fields', () => {
    const domain = new Domain('storage')
    class Counter extends domain.aggregate('Counter', { n: field.integer({ default: 0 }) }) {
      readonly cache = new Map<string, number>()
      #step = 2
      #add(steps: number) {
        this.n += steps * this.#step
      }
      count() {
        this.#add(1)
        return this.n
      }
      static #made = 0
      static make() {
        Counter.#made += 1
        return new Counter({ n: Counter.#made })
      }
    }
    const counter = restore(Counter, { id: 'c', n: 4 })
    expect(counter).toBeInstanceOf(Counter)
    expect([counter.count(), counter.cache.size, Counter.make().n]).toEqual([6, 0, 1])
  })

  it('has its children again, which belong to it', () => {
    const { Order, Line, Part } = makeOrders()
    const part = restore(Part, { id: 'p', name: 'p', labels: [], main: undefined })
    const line = restore(Line, { id: 'l', sku: 's', quantity: 3, state: 'open', parts: [part] })
    const order = restore(Order, { id: 'o', status: 'placed', total: 0, tags: [], lines: [line] })
    expect([order.lines[0] === line, line._owner === order, part._root === order, line.orderId]).toEqual([true, true, true, 'o'])
    expect(issuesOf(() => line.change(10))).toEqual(['lines[0].quantity TOO_MANY'])
    order.status = 'paid'
    expect(order.status).toBe('paid')
  })

  it('is made from the plain data that it gave, without being validated', () => {
    const { Order, Money, Line } = makeOrders()
    const order = new Order({ id: 'o', price: new Money({ amount: 1 }), lines: [new Line({ id: 'l', sku: 'a' })] })
    const again = definitionOf(Order)?.fromPlain(JSON.parse(JSON.stringify(order))) as typeof order
    expect(again.toObject()).toEqual(order.toObject())
    expect([again.price instanceof Money, again.lines[0] instanceof Line, again._version]).toEqual([true, true, -1])
  })

  it('that is a value or a message is frozen', () => {
    const { Money, OrderPlaced } = makeOrders()
    expect(Object.isFrozen(restore(Money, { amount: -5, currency: 'USD' }))).toBe(true)
    expect(restore(OrderPlaced, { orderId: 'x' }).payload).toEqual({ orderId: 'x' })
  })
})

describe('a class with a constructor of its own', () => {
  it('works as long as it passes its argument on', () => {
    const domain = new Domain('storage')
    class Thing extends domain.aggregate('Thing', { name: field.string() }) {
      readonly label: string
      constructor(input: { id?: string; name?: string }) {
        super(input)
        this.label = `<${this.name}>`
      }
    }
    expect([new Thing({ name: 'a' }).label, restore(Thing, { id: 'x', name: 'b' }).label]).toEqual(['<a>', '<b>'])
  })

  const domain = new Domain('storage')
  const fields = { name: field.string({ default: 'fresh' }), tags: field.list(field.string()) }
  class Positional extends domain.aggregate('Positional', fields) {
    constructor(name: string) {
      super({ name })
    }
  }
  class Forgetful extends domain.aggregate('Forgetful', fields) {
    constructor(_input: object) {
      super({})
    }
  }
  class Spreading extends domain.aggregate('Spreading', fields) {
    constructor(input: object) {
      super({ ...input })
    }
  }
  class Destructuring extends domain.aggregate('Destructuring', fields) {
    constructor(input: { tags: string[] }) {
      super({ tags: input.tags.map((tag) => tag) })
    }
  }
  class Value extends domain.valueObject('Value', fields) {
    constructor(_name: string) {
      super({})
    }
  }
  class Swapping extends domain.aggregate('Swapping', fields) {
    constructor(input: object) {
      super(input)
      // biome-ignore lint/correctness/noConstructorReturn: a constructor may give another object than the one that took the values.
      return Object.create(this) as Swapping
    }
  }

  it.each([Positional, Forgetful, Spreading, Destructuring, Value, Swapping])(
    'that does not is refused rather than read back as a fresh object: $name',
    (cls) => {
      const error = thrownBy(() => restore(cls as Constructor, { id: 'x', name: 'stored', tags: [] })) as Error
      expect(error).toMatchObject({ code: 'INCORRECT_USAGE' })
      expect(error.message).toContain(cls.name)
    },
  )

  it('must not change what was stored', () => {
    class Resetting extends domain.aggregate('Resetting', { name: field.string() }) {
      constructor(input: object) {
        super(input)
        this.name = 'reset'
      }
    }
    expect(new Resetting({}).name).toBe('reset')
    expect(codeOf(() => restore(Resetting, { id: 'x', name: 'stored' }))).toBe('READ_ONLY')
    class Raising extends domain.aggregate('Raising', {}) {
      constructor(input: object) {
        super(input)
        this.raise(new Raised({}))
      }
    }
    class Raised extends domain.event('Raised', {}, { partOf: 'Raising' }) {}
    expect(new Raising({})._events).toHaveLength(1)
    expect(codeOf(() => restore(Raising, { id: 'x' }))).toBe('READ_ONLY')
  })

  it('may fail for reasons of its own', () => {
    const boom = new RangeError('boom')
    class Failing extends domain.aggregate('Failing', {}) {
      constructor(input: object) {
        super(input)
        throw boom
      }
    }
    expect(thrownBy(() => restore(Failing, { id: 'x' }))).toBe(boom)
  })
})
