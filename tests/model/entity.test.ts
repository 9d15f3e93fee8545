import { inspect } from 'node:util'
import type { ValidationError } from 'proteanjs'
import { Domain, field } from 'proteanjs'
import { describe, expect, it } from 'vitest'
import { makeOrders } from './cluster.ts'
import { codeOf, issuesOf, thrownBy } from './thrown.ts'

describe('the identity of an aggregate or entity', () => {
  it('is a time-ordered UUID where none is declared, and comes first', () => {
    const { Order, Line } = makeOrders()
    const ids = Array.from({ length: 1000 }, () => new Order({}).id)
    expect(new Set(ids).size).toBe(1000)
    expect(ids).toEqual(ids.toSorted())
    expect(ids[0]).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
    expect(Object.keys(new Line({ sku: 'a' }).toObject())[0]).toBe('id')
  })

  it('may be given, and is text', () => {
    const { Order } = makeOrders()
    expect(new Order({ id: 'mine' }).id).toBe('mine')
    expect(new Order({ id: 12 as never }).id).toBe('12')
    expect(issuesOf(() => new Order({ id: '' }))).toEqual(['id REQUIRED'])
  })

  it('may be a field of its own: generated, or required', () => {
    const domain = new Domain('ids', { ids: { next: () => 'next' } })
    class Auto extends domain.aggregate('Auto', { key: field.auto({ identifier: true }) }) {}
    class Given extends domain.aggregate('Given', { sku: field.identifier({ identifier: true }) }) {}
    class Text extends domain.aggregate('Text', { code: field.string({ identifier: true, maxLength: 3 }) }) {}
    expect([new Auto({}).key, new Given({ sku: 's' }).sku, new Text({ code: 'c' }).code]).toEqual(['next', 's', 'c'])
    expect([new Auto({})._id, new Given({ sku: 's' })._id]).toEqual(['next', 's'])
    for (const make of [() => new Given({} as never), () => new Given({ sku: null } as never)])
      expect(issuesOf(make)).toEqual(['sku REQUIRED'])
    expect(issuesOf(() => new Text({ code: '' }))).toEqual(['code REQUIRED'])
    expect('id' in new Auto({})).toBe(false)
  })

  it('never changes', () => {
    const { Order } = makeOrders()
    const order = new Order({ id: 'a' })
    for (const other of ['b', 5, undefined, null]) expect(codeOf(() => Object.assign(order, { id: other }))).toBe('INVALID_OPERATION')
    expect(issuesOf(() => Object.assign(order, { id: {} }))).toEqual(['id TYPE'])
    order.id = 'a'
    expect(order.id).toBe('a')
  })

  it('that is required cannot be cleared either', () => {
    const domain = new Domain('ids')
    class Given extends domain.aggregate('Given', { sku: field.identifier({ identifier: true }) }) {}
    const given = new Given({ sku: 's' })
    expect(issuesOf(() => Object.assign(given, { sku: undefined }))).toEqual(['sku REQUIRED'])
    expect(given.sku).toBe('s')
  })
})

describe('equality of entities', () => {
  it('is that of kind and identity, not of values', () => {
    const { Order, Line } = makeOrders()
    const order = new Order({ id: 'x', note: 'a' })
    expect([order.equals(order), order.equals(new Order({ id: 'x', note: 'b' })), order.equals(new Order({ id: 'y', note: 'a' }))]).toEqual(
      [true, true, false],
    )
    for (const other of [new Line({ id: 'x', sku: 's' }), { id: 'x' }, 'x', null, undefined]) expect(order.equals(other)).toBe(false)
  })
})

describe('an entity as plain data', () => {
  it('is what JSON can carry: dates as text, children and values as objects, absent values left out', () => {
    const { domain, Money } = makeOrders()
    class Leaf extends domain.entity('Leaf', { n: field.integer() }, { partOf: 'Tree' }) {}
    class Tree extends domain.aggregate('Tree', {
      at: field.dateTime(),
      on: field.date(),
      exact: field.decimal(),
      price: field.valueObject(Money),
      prices: field.list(field.valueObject(Money)),
      byName: field.dict(field.dateTime()),
      note: field.string(),
      leaves: field.hasMany(Leaf),
      top: field.hasOne(Leaf),
    }) {}
    const tree = new Tree({
      id: 't',
      at: new Date(0),
      on: '2026-01-31',
      exact: '1.50',
      price: new Money({ amount: 1 }),
      prices: [new Money({ amount: 2 })],
      byName: { x: new Date(0) },
      leaves: [new Leaf({ id: 'l', n: 1 })],
      top: new Leaf({ id: 'm' }),
    })
    const plain = {
      id: 't',
      at: '1970-01-01T00:00:00.000Z',
      on: '2026-01-31',
      exact: '1.5',
      price: { amount: 1, currency: 'USD' },
      prices: [{ amount: 2, currency: 'USD' }],
      byName: { x: '1970-01-01T00:00:00.000Z' },
      leaves: [{ id: 'l', n: 1 }],
      top: { id: 'm' },
    }
    expect(tree.toObject()).toStrictEqual(plain)
    expect(JSON.parse(JSON.stringify({ tree }))).toStrictEqual({ tree: plain })
  })

  it('has neither version nor events', () => {
    const { Order } = makeOrders()
    expect(Object.keys(new Order({}).toObject()).filter((key) => /^[_$]/.test(key))).toEqual([])
  })

  it('makes another like it', () => {
    const { Order, Line } = makeOrders()
    const order = new Order({ note: 'n', tags: ['t'], lines: [new Line({ sku: 'a' })] })
    const copy = new Order(order.toObject() as never)
    expect(copy.toObject()).toEqual(order.toObject())
    expect(copy.lines[0]).not.toBe(order.lines[0])
  })
})

describe('an entity as text', () => {
  it('shows its kind and identity', () => {
    const { Order, Line } = makeOrders()
    expect([String(new Order({ id: 'x' })), `${new Line({ id: 'l', sku: 'a' })}`]).toEqual(['Order x', 'Line l'])
  })

  it('shows its values when it is inspected', () => {
    const { Line } = makeOrders()
    const line = new Line({ id: 'l', sku: 'a' })
    const shown = inspect(line)
    expect(shown).toMatch(/^Line \{/)
    expect(shown).toContain("sku: 'a'")
    expect(shown).not.toContain('$')
  })
})

describe('what the framework knows of an entity', () => {
  it('is there to read, not to write', () => {
    const { Order, Line } = makeOrders()
    const line = new Line({ sku: 'a' })
    const order = new Order({ lines: [line] })
    expect([order._version, order._events, order._owner, order._root, order._id]).toEqual([-1, [], undefined, order, order.id])
    expect([line._owner === order, line._root === order, new Line({ sku: 'b' })._owner]).toEqual([true, true, undefined])
    for (const name of ['_version', '_events', '_owner', '_root', '_id'])
      expect(() => Object.assign(order, { [name]: 1 })).toThrow(TypeError)
  })
})

describe('making an element', () => {
  it('takes an object, or nothing where nothing is needed', () => {
    const domain = new Domain('making')
    class Thing extends domain.aggregate('Thing', { name: field.string() }) {}
    const make = (input?: unknown) => new Thing(input as never)
    expect([make().name, make(null).name, make({}).name]).toEqual([undefined, undefined, undefined])
    for (const wrong of ['name', 5, true, () => 1]) expect(issuesOf(() => make(wrong))).toEqual(['_entity TYPE'])
    expect(issuesOf(() => make(['a']))).toEqual(['0 UNKNOWN_FIELD'])
  })

  it('refuses fields that it does not have, and names those that it has', () => {
    const { Line } = makeOrders()
    expect(issuesOf(() => new Line({ sku: 'a', quantitty: 1 } as never))).toEqual(['quantitty UNKNOWN_FIELD'])
    expect(issuesOf(() => new Line(JSON.parse('{ "sku": "a", "__proto__": {}, "toString": 1, "constructor": 2 }') as never))).toHaveLength(
      3,
    )
    expect(new Line({ sku: 'a', unknown: undefined } as never).sku).toBe('a')
    const error = thrownBy(() => new Line(JSON.parse('{ "sku": "a", "__proto__": 1 }') as never)) as ValidationError
    expect(Object.keys(error.messages)).toEqual(['__proto__'])
  })

  it('tells all problems at once, in the order of the fields', () => {
    const domain = new Domain('making')
    class Thing extends domain.aggregate('Thing', {
      a: field.string({ required: true }),
      b: field.integer({ max: 5 }),
      c: field.list(field.integer()),
    }) {}
    expect(issuesOf(() => new Thing({ d: 1, c: [1, 'x'], b: 9 } as never))).toEqual([
      'a REQUIRED',
      'b TOO_LARGE',
      'c[1] TYPE',
      'd UNKNOWN_FIELD',
    ])
  })

  it('does not keep or change what it was given', () => {
    const { Order } = makeOrders()
    const input = Object.freeze({ tags: Object.freeze(['a']), lines: Object.freeze([Object.freeze({ sku: 'x' })]) })
    const order = new Order(input as never)
    order.tags = ['b']
    order.lines.add({ sku: 'y' } as never)
    expect(input).toEqual({ tags: ['a'], lines: [{ sku: 'x' }] })
  })

  it('takes objects without a prototype', () => {
    const { Order } = makeOrders()
    expect(new Order(Object.assign(Object.create(null) as object, { note: 'a' })).note).toBe('a')
  })

  it('that fails leaves nothing behind that keeps the input alive', async () => {
    const { Order, Line } = makeOrders()
    const { setFlagsFromString } = await import('node:v8')
    const { runInNewContext } = await import('node:vm')
    setFlagsFromString('--expose-gc')
    const collect = runInNewContext('gc') as () => void
    const attempt = () => {
      const line = new Line({ sku: 'a' })
      expect(() => new Order({ lines: [line], total: -1 })).toThrow()
      return new WeakRef(line)
    }
    const refs = Array.from({ length: 100 }, attempt)
    await new Promise(setImmediate)
    collect()
    // A few may still be on the stack or in caches; what leaks would keep all.
    expect(refs.filter((ref) => ref.deref() !== undefined).length).toBeLessThan(50)
  })
})

describe('defaults() of an aggregate', () => {
  it('may fill in fields from others, before the rules are checked, and keeps the rules of fields', () => {
    const domain = new Domain('making')
    class Name extends domain.aggregate('Name', {
      first: field.string({ required: true }),
      label: field.string({ maxLength: 5 }),
      wrong: field.boolean(),
    }) {
      static {
        this.invariant('has a label', (name) => name.label !== undefined)
      }
      defaults() {
        this.label ??= this.first.slice(0, this.wrong ? 9 : 5)
      }
    }
    expect([new Name({ first: 'Magdalena' }).label, new Name({ first: 'a', label: 'b' }).label]).toEqual(['Magda', 'b'])
    expect(issuesOf(() => new Name({ first: 'Magdalena', wrong: true }))).toEqual(['label TOO_LONG'])
  })

  it('may set a status to any state', () => {
    const domain = new Domain('making')
    class Ticket extends domain.aggregate('Ticket', { state: field.status(['a', 'b', 'c'], { default: 'a', transitions: { a: ['b'] } }) }) {
      defaults() {
        this.state = 'c'
      }
    }
    expect(new Ticket({}).state).toBe('c')
  })
})
