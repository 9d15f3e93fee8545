import { Domain, field } from 'proteanjs'
import { describe, expect, it } from 'vitest'
import { makeOrders } from '../cluster.ts'
import { snapshot } from '../snapshot.ts'
import { codeOf, issuesOf } from '../thrown.ts'

describe('an aggregate with children', () => {
  it('is made in one go from plain data of any depth', () => {
    const { Order } = makeOrders()
    const data = { lines: [{ sku: 'a', parts: [{ name: 'p', labels: [{ text: 'x' }, { text: 'y' }], main: { text: 'z' } }] }], parcel: {} }
    const order = new Order(data as never)
    const part = order.lines[0]?.parts[0]
    expect([part?.labels.map((label) => label.text), part?.main?.text]).toEqual([['x', 'y'], 'z'])
    for (const entity of [order.lines[0], part, part?.main, ...(part?.labels ?? []), order.parcel]) expect(entity?._root).toBe(order)
    expect(part?.labels[0]?._owner).toBe(part)
  })

  it('tells every problem of it at once, by path', () => {
    const { Order } = makeOrders()
    const data = {
      note: 'x'.repeat(11),
      total: 'much',
      price: { amount: -1, extra: 1 },
      tags: ['ok', 'too long'],
      lines: [{ sku: 'a', quantity: 0 }, { parts: [{ name: 'p', labels: [{ text: '' }] }] }, 5],
      parcel: { weight: 'heavy' },
      unknown: 1,
    }
    expect(issuesOf(() => new Order(data as never)).toSorted()).toEqual([
      'lines[0].quantity TOO_SMALL',
      'lines[1].parts[0].labels[0].text REQUIRED',
      'lines[1].sku REQUIRED',
      'lines[2] TYPE',
      'note TOO_LONG',
      'parcel.weight TYPE',
      'price.amount TOO_SMALL',
      'price.extra UNKNOWN_FIELD',
      'tags[1] TOO_LONG',
      'total TYPE',
      'unknown UNKNOWN_FIELD',
    ])
  })

  it('that cannot be made leaves the children it was given free and unchanged', () => {
    const { Order, Line, Parcel, Part } = makeOrders()
    const line = new Line({ sku: 'a', parts: [new Part({ name: 'p' })] })
    const parcel = new Parcel({})
    const before = snapshot(line, parcel)
    expect(issuesOf(() => new Order({ lines: [line], parcel, note: 'far too long' }))).toEqual(['note TOO_LONG'])
    expect(issuesOf(() => new Order({ lines: [line], parcel, total: -1 }))).toEqual(['total INVARIANT_POST_FAILED'])
    expect(snapshot(line, parcel)).toEqual(before)
    expect(new Order({ lines: [line], parcel }).lines[0]).toBe(line)
  })

  it('that cannot be made because its defaults() fails leaves them unchanged too', () => {
    const domain = new Domain('defaults')
    class Leaf extends domain.entity('Leaf', { size: field.integer({ default: 1 }) }, { partOf: 'Tree' }) {}
    class Tree extends domain.aggregate('Tree', {
      fails: field.boolean({ default: false }),
      leaves: field.hasMany(Leaf),
      top: field.hasOne(Leaf),
    }) {
      defaults() {
        for (const leaf of this.leaves) leaf.size = 7
        if (this.top === undefined) this.top = new Leaf({ size: 9 })
        if (this.fails) throw new RangeError('boom')
      }
    }
    const leaf = new Leaf({})
    const before = snapshot(leaf)
    expect(() => new Tree({ leaves: [leaf], fails: true })).toThrow(RangeError)
    expect(snapshot(leaf)).toEqual(before)
    const tree = new Tree({ leaves: [leaf] })
    expect([leaf.size, tree.top?.size, tree.top?._root === tree]).toEqual([7, 9, true])
  })

  it('refuses children that belong to another object, or are given twice', () => {
    const { Order, Line, Part, Label } = makeOrders()
    const line = new Line({ sku: 'a' })
    const owner = new Order({ lines: [line] })
    const before = snapshot(owner)
    expect(issuesOf(() => new Order({ lines: [new Line({ sku: 'b' }), line] }))).toEqual(['lines[1] CHILD_OF_OTHER'])
    expect(snapshot(owner)).toEqual(before)
    const label = new Label({ text: 'l' })
    expect(issuesOf(() => new Part({ name: 'p', labels: [label], main: label }))).toEqual(['main CHILD_OF_OTHER'])
    expect(label._owner).toBeUndefined()
    expect(new Part({ name: 'p', labels: [label, label] }).labels).toHaveLength(1)
  })

  it('refuses two children with one identity', () => {
    const { Order, Line } = makeOrders()
    expect(issuesOf(() => new Order({ lines: [new Line({ id: 'x', sku: 'a' }), new Line({ id: 'x', sku: 'b' })] }))).toEqual([
      'lines[1] DUPLICATE_CHILD',
    ])
  })
})

describe('a reference to the parent', () => {
  it('is filled in by the framework, whatever it was', () => {
    const { Order, Line } = makeOrders()
    const line = new Line({ sku: 'a', orderId: 'elsewhere' })
    const order = new Order({ id: 'o-1', lines: [line] })
    expect(line.orderId).toBe('o-1')
    expect(codeOf(() => Object.assign(line, { orderId: 'other' }))).toBe('INCORRECT_USAGE')
    line.orderId = 'o-1'
    expect(order.lines[0]?.toObject()).toMatchObject({ orderId: 'o-1' })
  })

  it('is what it was when the child was not added after all', () => {
    const { Order, Line } = makeOrders()
    const line = new Line({ sku: 'a', orderId: 'elsewhere' })
    const order = new Order({})
    expect(() =>
      order.atomic(() => {
        order.lines.add(line)
        order.total = -1
      }),
    ).toThrow()
    expect(line.orderId).toBe('elsewhere')
    expect(() => new Order({ lines: [line], total: -1 })).toThrow()
    expect(line.orderId).toBe('elsewhere')
  })
})

describe('a reference to another aggregate', () => {
  it('takes its identity, or the aggregate itself', () => {
    const domain = new Domain('references')
    class Customer extends domain.aggregate('Customer', { name: field.string() }) {}
    class Order extends domain.aggregate('Order', { customer: field.reference(Customer), again: field.reference('Customer') }) {}
    const customer = new Customer({ id: 'c-1' })
    const order = new Order({ customer, again: 'c-2' })
    expect([order.customer, order.again]).toEqual(['c-1', 'c-2'])
    order.again = customer as never
    expect(order.again).toBe('c-1')
    expect(order.toObject()).toEqual({ id: order.id, customer: 'c-1', again: 'c-1' })
    expect(issuesOf(() => Object.assign(order, { customer: new Order({}) }))).toEqual(['customer TYPE'])
    expect(issuesOf(() => Object.assign(order, { customer: { id: 'c-3' } }))).toEqual(['customer TYPE'])
  })
})

describe('deep inside an aggregate', () => {
  it('every change is one of the whole: rules, events and rollback', () => {
    const { Order, LinePacked } = makeOrders()
    const order = new Order({ lines: [{ sku: 'a', parts: [{ name: 'p' }] }] } as never)
    const [line, part] = [order.lines[0], order.lines[0]?.parts[0]]
    expect(part?.stick('one')).toBe(1)
    const before = snapshot(order)
    expect(issuesOf(() => part?.stick('far too long'))).toEqual(['text TOO_LONG'])
    expect(
      issuesOf(() =>
        part?.atomic(() => {
          part.stick('two')
          order.total = -1
        }),
      ),
    ).toEqual(['total INVARIANT_POST_FAILED'])
    expect(snapshot(order)).toEqual(before)
    line?.pack()
    expect(order._events[0]).toBeInstanceOf(LinePacked)
    expect(part?._events).toEqual(order._events)
  })
})
