import { Domain, field } from 'proteanjs'
import { describe, expect, it } from 'vitest'
import { makeOrders } from './cluster.ts'
import { snapshot } from './snapshot.ts'
import { codeOf, issuesOf, thrownBy } from './thrown.ts'

const boom = new RangeError('boom')
const fail = (): never => {
  throw boom
}

function filled() {
  const shop = makeOrders()
  const { Order, Line, Part, Parcel } = shop
  const line = new Line({ sku: 'a', parts: [new Part({ name: 'p' })] })
  const parcel = new Parcel({})
  const order = new Order({ note: 'old', tags: ['x'], lines: [line, new Line({ sku: 'b', quantity: 2 })], parcel })
  order.raise(new shop.OrderPlaced({ orderId: order.id }))
  return { ...shop, order, line, parcel }
}

describe('a failing assignment', () => {
  it('of a value that its field refuses changes nothing', () => {
    const { order } = filled()
    const before = snapshot(order)
    expect(issuesOf(() => Object.assign(order, { note: 'x'.repeat(11) }))).toEqual(['note TOO_LONG'])
    expect(issuesOf(() => Object.assign(order, { tags: ['ok', 'too long'] }))).toEqual(['tags[1] TOO_LONG'])
    expect(issuesOf(() => Object.assign(order, { price: { amount: -1 } }))).toEqual(['price.amount TOO_SMALL'])
    expect(snapshot(order)).toEqual(before)
  })

  it('that breaks a rule of the aggregate changes nothing', () => {
    const { order } = filled()
    const before = snapshot(order)
    expect(issuesOf(() => Object.assign(order, { total: -1 }))).toEqual(['total INVARIANT_POST_FAILED'])
    expect(snapshot(order)).toEqual(before)
    order.total = 1
    expect(order.total).toBe(1)
  })

  it('to a child breaks the rules of the whole aggregate, and changes nothing', () => {
    const { order, line } = filled()
    const before = snapshot(order)
    expect(issuesOf(() => Object.assign(line, { quantity: 10 }))).toEqual(['lines[0].quantity TOO_MANY'])
    expect(snapshot(order)).toEqual(before)
  })
})

describe('a failing method', () => {
  it('leaves values, children, events and version as they were, and throws what it threw', () => {
    const { order, line, parcel, Line, OrderPlaced } = filled()
    const before = snapshot(order, line, parcel)
    const added = new Line({ sku: 'z' })
    const free = snapshot(added)
    const everything = () =>
      order.atomic(() => {
        order.note = 'new'
        order.tags = ['y']
        order.place()
        order.lines.remove(line)
        order.lines.add(added)
        added.change(5)
        order.parcel = undefined
        order.lines[0]?.change(7)
        order.raise(new OrderPlaced({ orderId: order.id }))
        fail()
      })
    expect(thrownBy(everything)).toBe(boom)
    expect(snapshot(order, line, parcel)).toEqual(before)
    expect(snapshot(added)).toEqual(free)
  })

  it('of a child is undone in the whole aggregate', () => {
    const shop = makeOrders()
    class Bin extends shop.domain.entity('Bin', { count: field.integer({ default: 0 }) }, { partOf: 'Store' }) {
      overfill() {
        this.count = 1
        ;(this._root as Store).note = 'full'
        fail()
      }
    }
    class Store extends shop.domain.aggregate('Store', { note: field.string(), bins: field.hasMany(Bin) }) {}
    const store = new Store({ bins: [new Bin({})] })
    const before = snapshot(store)
    expect(thrownBy(() => store.bins[0]?.overfill())).toBe(boom)
    expect(snapshot(store)).toEqual(before)
  })

  it('whose result breaks a rule is undone as a whole', () => {
    const { order } = filled()
    const before = snapshot(order)
    const change = () =>
      order.atomic(() => {
        order.note = 'new'
        order.total = -5
      })
    expect(issuesOf(change)).toEqual(['total INVARIANT_POST_FAILED'])
    expect(snapshot(order)).toEqual(before)
  })

  it('also takes back what it did to a child that it had removed', () => {
    const { order, line } = filled()
    const before = snapshot(order, line)
    const change = () =>
      order.atomic(() => {
        order.lines.remove(line)
        line.quantity = 7
        line.change(8)
        line.parts.replace([])
        fail()
      })
    expect(thrownBy(change)).toBe(boom)
    expect(snapshot(order, line)).toEqual(before)
  })

  it('can be called again: nothing is left open', () => {
    const { order } = filled()
    for (let time = 0; time < 3; time += 1) expect(thrownBy(() => order.atomic(fail))).toBe(boom)
    order.place()
    expect(order.status).toBe('placed')
  })
})

describe('rules across fields', () => {
  it('may be broken in the middle of a change, and hold at its end', () => {
    const { order } = filled()
    order.atomic(() => {
      order.total = -5
      order.total = 5
    })
    expect(order.total).toBe(5)
  })

  it('are checked once, at the end of the outermost call', () => {
    const domain = new Domain('counting')
    let checks = 0
    class Counter extends domain.aggregate('Counter', { a: field.integer({ default: 0 }), b: field.integer({ default: 0 }) }) {
      static {
        this.invariant('counts', () => {
          checks += 1
        })
      }
      both() {
        this.a += 1
        this.again()
        this.atomic(() => this.again())
      }
      again() {
        this.b += 1
      }
    }
    const counter = new Counter({})
    expect(checks).toBe(1)
    counter.both()
    expect(checks).toBe(2)
    counter.atomic(() => counter.a)
    Object.assign(counter, { a: counter.a })
    expect(checks).toBe(2)
  })
})

describe('a nested call that fails', () => {
  it('and is caught takes back its own part only', () => {
    const { order, line, OrderPlaced } = filled()
    order.atomic(() => {
      order.note = 'kept'
      order.raise(new OrderPlaced({ orderId: order.id }))
      const inner = () =>
        order.atomic(() => {
          order.note = 'lost'
          order.lines.remove(line)
          line.quantity = 9
          order.raise(new OrderPlaced({ orderId: order.id }))
          fail()
        })
      expect(thrownBy(inner)).toBe(boom)
      expect(order.note).toBe('kept')
      expect(order.lines).toContain(line)
      line.quantity = 4
    })
    expect([order.note, order._events.length, line.quantity, line._root === order]).toEqual(['kept', 2, 4, true])
  })

  it('and is not caught takes back everything', () => {
    const { order } = filled()
    const before = snapshot(order)
    const outer = () =>
      order.atomic(() => {
        order.note = 'lost'
        order.atomic(fail)
      })
    expect(thrownBy(outer)).toBe(boom)
    expect(snapshot(order)).toEqual(before)
  })

  it('by breaking a field rule may be caught and put right', () => {
    const { order } = filled()
    order.atomic(() => {
      expect(codeOf(() => Object.assign(order, { note: 'far too long' }))).toBe('TOO_LONG')
      order.note = 'short'
    })
    expect(order.note).toBe('short')
  })

  it('does not check the rules of the whole: the outer call may still put them right', () => {
    const { order } = filled()
    order.atomic(() => {
      order.atomic(() => {
        order.total = -1
      })
      order.total = 0
    })
    expect(order.total).toBe(0)
  })
})

describe('events of a failed change', () => {
  it('are gone, and may be raised again', () => {
    const { order, OrderPlaced } = filled()
    const event = new OrderPlaced({ orderId: order.id })
    const raiseAndFail = () =>
      order.atomic(() => {
        order.raise(event)
        fail()
      })
    expect(thrownBy(raiseAndFail)).toBe(boom)
    expect(order._events).not.toContain(event)
    order.raise(event)
    expect(order._events.at(-1)).toBe(event)
  })
})

describe('what is not an atomic change of its own', () => {
  it('is reading: getters, static methods and methods that change nothing', () => {
    const domain = new Domain('reading')
    let checks = 0
    class Thing extends domain.aggregate('Thing', { name: field.string({ default: 'a' }) }) {
      static {
        this.preInvariant('counts', () => {
          checks += 1
        })
        this.invariant('counts', () => {
          checks += 1
        })
      }
      static named(name: string) {
        return new Thing({ name })
      }
      get loud() {
        return this.name.toUpperCase()
      }
      describe() {
        return `${this.loud}!`
      }
    }
    const thing = Thing.named('b')
    checks = 0
    expect([thing.loud, thing.describe()]).toEqual(['B', 'B!'])
    expect(checks).toBe(0)
  })
})
