import { Domain, field } from 'proteanjs'
import { describe, expect, it } from 'vitest'
import { changeRevocably } from '../../src/model/atomic.ts'
import type { Tracked } from '../../src/model/entity-state.ts'
import { snapshot } from './snapshot.ts'
import { issuesOf, thrownBy } from './thrown.ts'

function makeOrder() {
  const domain = new Domain('stamping')
  class Line extends domain.entity('Line', { size: field.integer({ default: 1 }) }, { partOf: 'Order' }) {}
  class Order extends domain.aggregate('Order', {
    at: field.date(),
    closed: field.boolean({ default: false }),
    lines: field.hasMany(Line),
  }) {
    static {
      this.preInvariant('is not closed', (order) => !order.closed)
      this.invariant('is of this century', (order) => (order.at ?? '2001') > '2000', { field: 'at' })
    }
  }
  const order = new Order({ closed: true, lines: [new Line({})] })
  return { order, before: snapshot(order), tracked: order as unknown as Tracked }
}

describe('a change that the framework makes just before it saves', () => {
  it('can be taken back when the save fails', () => {
    const { order, before, tracked } = makeOrder()
    const takeBack = changeRevocably(tracked, () => {
      order.at = '2026-01-31'
      order.lines.replace([])
    })
    expect([order.at, order.lines.length]).toEqual(['2026-01-31', 0])
    takeBack()
    expect(snapshot(order)).toEqual(before)
  })

  it('must leave the rules kept, and is not held to those of before a change', () => {
    const { order, before, tracked } = makeOrder()
    expect(issuesOf(() => changeRevocably(tracked, () => void Object.assign(order, { at: '1999-12-31' })))).toEqual([
      'at INVARIANT_POST_FAILED',
    ])
    expect(snapshot(order)).toEqual(before)
  })

  it('is undone when it throws', () => {
    const { order, before, tracked } = makeOrder()
    const boom = new RangeError('boom')
    const fails = () =>
      changeRevocably(tracked, () => {
        order.at = '2026-01-31'
        throw boom
      })
    expect(thrownBy(fails)).toBe(boom)
    expect(snapshot(order)).toEqual(before)
  })
})
