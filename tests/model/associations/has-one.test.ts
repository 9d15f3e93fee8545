import { describe, expect, it } from 'vitest'
import { makeOrders } from '../cluster.ts'
import { snapshot } from '../snapshot.ts'
import { codeOf, issuesOf } from '../thrown.ts'

describe('a single child', () => {
  it('is absent to begin with', () => {
    const { Order } = makeOrders()
    expect(new Order({}).parcel).toBeUndefined()
    expect(new Order({ parcel: undefined }).toObject()).not.toHaveProperty('parcel')
  })

  it('becomes part of the aggregate when it is assigned or given', () => {
    const { Order, Parcel } = makeOrders()
    const [given, assigned] = [new Parcel({}), new Parcel({})]
    const order = new Order({ parcel: given })
    expect([given._owner === order, given._root === order, given.orderId === order.id]).toEqual([true, true, true])
    order.parcel = assigned
    expect([order.parcel === assigned, assigned._owner === order, assigned.orderId === order.id]).toEqual([true, true, true])
    expect([given._owner, given._root === given]).toEqual([undefined, true])
  })

  it('may be given as plain data', () => {
    const { Order, Parcel } = makeOrders()
    const order = new Order({ parcel: { weight: 2 } as never })
    expect(order.parcel).toBeInstanceOf(Parcel)
    Object.assign(order, { parcel: { weight: 3 } })
    expect([order.parcel?.weight, order.parcel?._owner === order]).toEqual([3, true])
    const before = snapshot(order)
    expect(issuesOf(() => Object.assign(order, { parcel: { weight: 'heavy' } }))).toEqual(['parcel.weight TYPE'])
    expect(snapshot(order)).toEqual(before)
  })

  it('is removed with undefined or null, which is nothing at all where there is none', () => {
    const { Order, Parcel } = makeOrders()
    for (const none of [undefined, null]) {
      const parcel = new Parcel({})
      const order = new Order({ parcel })
      Object.assign(order, { parcel: none })
      expect([order.parcel, parcel._owner]).toEqual([undefined, undefined])
      const before = snapshot(order)
      Object.assign(order, { parcel: none })
      expect(snapshot(order)).toEqual(before)
    }
  })

  it('stays when it is assigned again', () => {
    const { Order, Parcel } = makeOrders()
    const parcel = new Parcel({})
    const order = new Order({ parcel })
    const before = snapshot(order)
    order.parcel = parcel
    expect(snapshot(order)).toEqual(before)
  })

  it('must be of the right kind, and of no other parent', () => {
    const { Order, Parcel, Line } = makeOrders()
    const [order, other] = [new Order({ parcel: new Parcel({}) }), new Order({ parcel: new Parcel({}) })]
    const before = snapshot(order, other)
    expect(issuesOf(() => Object.assign(order, { parcel: new Line({ sku: 'a' }) }))).toEqual(['parcel TYPE'])
    expect(issuesOf(() => Object.assign(order, { parcel: 'heavy' }))).toEqual(['parcel TYPE'])
    expect(codeOf(() => Object.assign(order, { parcel: other.parcel }))).toBe('INCORRECT_USAGE')
    expect(snapshot(order, other)).toEqual(before)
  })

  it('cannot be in two places of one parent', () => {
    const { Part, Label } = makeOrders()
    const label = new Label({ text: 'a' })
    const part = new Part({ name: 'p', labels: [label] })
    const before = snapshot(part)
    expect(codeOf(() => Object.assign(part, { main: label }))).toBe('INCORRECT_USAGE')
    expect(snapshot(part)).toEqual(before)
    part.atomic(() => {
      part.labels.remove(label)
      part.main = label
    })
    expect([part.main === label, part.labels.length]).toEqual([true, 0])
  })

  it('is put back when the change fails', () => {
    const { Order, Parcel } = makeOrders()
    const [old, next] = [new Parcel({ weight: 1 }), new Parcel({ weight: 2 })]
    const order = new Order({ parcel: old })
    const before = [snapshot(order), snapshot(old, next)]
    const fails = () =>
      order.atomic(() => {
        order.parcel = next
        old.weight = 5
        order.total = -1
      })
    expect(issuesOf(fails)).toEqual(['total INVARIANT_POST_FAILED'])
    expect([snapshot(order), snapshot(old, next)]).toEqual(before)
  })
})
