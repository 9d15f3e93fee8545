import { Domain, field } from 'proteanjs'
import { describe, expect, it } from 'vitest'
import { makeOrders } from './cluster.ts'
import { snapshot } from './snapshot.ts'
import { codeOf, issuesOf, thrownBy } from './thrown.ts'

const boom = new RangeError('boom')

describe('a behaviour method', () => {
  it('gives back what it returns, and takes its arguments', () => {
    const { Part, Label } = makeOrders()
    const part = new Part({ name: 'p', labels: [new Label({ text: 'a' })] })
    expect(part.stick('b')).toBe(2)
  })

  it('keeps its name', () => {
    const { Order } = makeOrders()
    expect(new Order({}).place.name).toBe('place')
  })

  it('may be inherited, overridden and called through super', () => {
    const domain = new Domain('behaviour')
    class Base extends domain.aggregate('Base', { log: field.list(field.string()) }, { abstract: true }) {
      act(word: string) {
        this.log = [...this.log, `base ${word}`]
      }
      fail() {
        this.log = ['lost']
        throw boom
      }
    }
    class Thing extends domain.aggregate('Thing', {}, { extends: Base }) {
      override act(word: string) {
        super.act(word)
        this.log = [...this.log, `thing ${word}`]
      }
    }
    const thing = new Thing({})
    thing.act('x')
    expect(thing.log).toEqual(['base x', 'thing x'])
    expect(thrownBy(() => thing.fail())).toBe(boom)
    expect(thing.log).toEqual(['base x', 'thing x'])
  })

  it('may be a setter', () => {
    const domain = new Domain('behaviour')
    class Name extends domain.aggregate('Name', { first: field.string(), last: field.string({ maxLength: 5 }) }) {
      get full() {
        return `${this.first} ${this.last}`
      }
      set full(text: string) {
        this.first = text.split(' ')[0]
        this.last = text.split(' ')[1]
      }
    }
    const name = new Name({ first: 'A', last: 'B' })
    name.full = 'C D'
    expect(name.full).toBe('C D')
    expect(issuesOf(() => Object.assign(name, { full: 'E Farthington' }))).toEqual(['last TOO_LONG'])
    expect(name.full).toBe('C D')
  })

  it('may use private methods and fields', () => {
    const domain = new Domain('behaviour')
    class Safe extends domain.aggregate('Safe', { tries: field.integer({ default: 0 }) }) {
      readonly #code = '1234'
      #count() {
        this.tries += 1
      }
      open(code: string) {
        this.#count()
        return code === this.#code
      }
    }
    const safe = new Safe({})
    expect([safe.open('0000'), safe.open('1234'), safe.tries]).toEqual([false, true, 2])
  })

  it('may generate: each step is a change of its own', () => {
    const domain = new Domain('behaviour')
    class Steps extends domain.aggregate('Steps', { at: field.integer({ default: 0, max: 2 }) }) {
      *climb() {
        for (;;) {
          this.at += 1
          yield this.at
        }
      }
    }
    const steps = new Steps({})
    const climbing = steps.climb()
    expect([climbing.next().value, climbing.next().value]).toEqual([1, 2])
    expect(issuesOf(() => climbing.next())).toEqual(['at TOO_LARGE'])
    expect(steps.at).toBe(2)
  })
})

describe('behaviour is synchronous, so that it can be undone', () => {
  it('an async method is refused before it does anything', async () => {
    const domain = new Domain('behaviour')
    let ran = 0
    class Thing extends domain.aggregate('Thing', { name: field.string() }) {
      async rename(name: string) {
        ran += 1
        this.name = await Promise.resolve(name)
      }
      async *names() {
        ran += 1
        yield await Promise.resolve(this.name)
      }
    }
    const thing = new Thing({})
    expect(codeOf(() => thing.rename('x'))).toBe('INCORRECT_USAGE')
    expect(codeOf(() => thing.names())).toBe('INCORRECT_USAGE')
    expect(codeOf(() => thing.atomic(async () => thing.rename('y')))).toBe('INCORRECT_USAGE')
    await Promise.resolve()
    expect([ran, thing.name]).toEqual([0, undefined])
  })

  it('a method that returns a promise is refused, and what it did is undone', () => {
    const domain = new Domain('behaviour')
    class Thing extends domain.aggregate('Thing', { name: field.string() }) {
      rename(name: string) {
        this.name = name
        return Promise.reject(boom)
      }
      // biome-ignore lint/suspicious/noThenProperty: anything that can be awaited is meant.
      wait = () => ({ then: (done: () => void) => done() })
      later() {
        this.name = 'later'
        return this.wait()
      }
    }
    const thing = new Thing({})
    expect(codeOf(() => thing.rename('x'))).toBe('INCORRECT_USAGE')
    expect(codeOf(() => thing.later())).toBe('INCORRECT_USAGE')
    expect(thing.name).toBeUndefined()
  })
})

describe('a class body', () => {
  it('may have fields and methods of its own, which are no part of the data', () => {
    const domain = new Domain('behaviour')
    class Thing extends domain.aggregate('Thing', { id: field.identifier({ identifier: true }) }) {
      readonly cache = new Map<string, number>()
      static readonly kinds = ['a']
    }
    const thing = new Thing({ id: 'x' })
    thing.cache.set('a', 1)
    expect(thing.toObject()).toEqual({ id: 'x' })
    expect(Thing.kinds).toEqual(['a'])
  })

  it('must not declare a field again as a property, which would hide it', () => {
    const domain = new Domain('behaviour')
    class Child extends domain.entity('Child', { size: field.integer({ default: 1 }) }, { partOf: 'Thing' }) {}
    Reflect.defineProperty(Child.prototype, 'unrelated', { value: 1 })
    class Shadowing extends Child {
      constructor(input: object) {
        super(input)
        Object.defineProperty(this, 'size', { value: 5, writable: true })
      }
    }
    class Thing extends domain.aggregate('Thing', { status: field.string({ default: 'a' }), children: field.hasMany(Child) }) {
      override status = 'b'
      touch() {
        this.status = 'c'
      }
    }
    class Whole extends domain.aggregate('Whole', { children: field.hasMany(Child) }) {}
    expect(codeOf(() => new Thing({}).touch())).toBe('INCORRECT_USAGE')
    expect(codeOf(() => new Whole({ children: [new Shadowing({})] }))).toBe('INCORRECT_USAGE')
  })

  it('must not declare a field again as a method or accessor', () => {
    const domain = new Domain('behaviour')
    const base = domain.aggregate('Thing', { status: field.string() }) as new (input: object) => object
    class WithMethod extends base {
      status() {
        return 'x'
      }
    }
    const otherBase = domain.valueObject('Value', { size: field.integer() }) as new (input: object) => object
    class WithGetter extends otherBase {
      get size() {
        return 1
      }
    }
    expect(codeOf(() => new WithMethod({}))).toBe('INCORRECT_USAGE')
    expect(codeOf(() => new WithGetter({}))).toBe('INCORRECT_USAGE')
  })
})

describe('an object that must not be changed', () => {
  it('is not changed by an assignment that changes nothing', () => {
    const { Order } = makeOrders()
    const order = new Order({ tags: ['a'], price: { amount: 1 } as never })
    const before = snapshot(order)
    order.tags = ['a']
    order.price = { amount: 1, currency: 'USD' } as never
    order.lines.replace([])
    order.parcel = undefined
    expect(snapshot(order)).toEqual(before)
  })
})
