import { Domain, field } from 'proteanjs'
import { describe, expect, test } from 'vitest'
import { findingsOf, nothing } from './findings.ts'

describe('AGGREGATE_TOO_LARGE', () => {
  /** An aggregate with as many entities, each inside the one before, the last of them twice. */
  function nested(entities: number, config: object = {}): Domain {
    const domain = new Domain('shop', { config })
    const names = ['Order', ...Array.from({ length: entities }, (_, index) => `E${index}`)]
    const fieldsOf = (index: number) => {
      const inner = names[index + 1]
      if (inner === undefined) return {}
      return index + 2 === names.length ? { many: field.hasMany(inner), one: field.hasOne(inner) } : { many: field.hasMany(inner) }
    }
    domain.aggregate('Order', fieldsOf(0))
    for (const [index, name] of names.entries()) if (index > 0) domain.entity(name, fieldsOf(index), { partOf: names[index - 1] as string })
    return domain
  }

  test('is about more entities than the limit, at any depth, each counted once', async () => {
    expect(await findingsOf(nested(5), 'AGGREGATE_TOO_LARGE')).toEqual([])
    expect(await findingsOf(nested(6), 'AGGREGATE_TOO_LARGE')).toEqual(['AGGREGATE_TOO_LARGE Order'])
  })

  test('has a limit that can be set', async () => {
    expect(await findingsOf(nested(2, { lint: { aggregateSizeLimit: 1 } }), 'AGGREGATE_TOO_LARGE')).toEqual(['AGGREGATE_TOO_LARGE Order'])
    expect(await findingsOf(nested(9, { lint: { aggregateSizeLimit: 9 } }), 'AGGREGATE_TOO_LARGE')).toEqual([])
  })
})

describe('HANDLER_TOO_BROAD', () => {
  function broad(events: number, config: object = {}): Domain {
    const domain = new Domain('shop', { config })
    const Order = domain.aggregate('Order', {})
    const handler = domain.eventHandler('Reactions', { partOf: Order })
    for (let index = 0; index < events; index += 1) {
      class Event extends domain.event(`E${index}`, {}, { partOf: Order }) {}
      handler.handle(Event, nothing).handle(Event, nothing)
    }
    return domain
  }

  test('is about more messages than the limit, each counted once', async () => {
    expect(await findingsOf(broad(5), 'HANDLER_TOO_BROAD')).toEqual([])
    expect(await findingsOf(broad(6), 'HANDLER_TOO_BROAD')).toEqual(['HANDLER_TOO_BROAD Reactions'])
    expect(await findingsOf(broad(2, { lint: { handlerBreadthLimit: 1 } }), 'HANDLER_TOO_BROAD')).toEqual(['HANDLER_TOO_BROAD Reactions'])
  })

  test.each([
    ['applies to process managers', {}, ['HANDLER_TOO_BROAD Billing']],
    ['is left out for one that is meant to be broad', { suppressChecks: ['HANDLER_TOO_BROAD'] }, []],
  ])('%s', async (_, options, found) => {
    const domain = new Domain('shop')
    const Order = domain.aggregate('Order', {})
    const about = { orderId: field.identifier({ required: true }) }
    const events = [...Array(6).keys()].map((index) => class extends domain.event(`E${index}`, about, { partOf: Order }) {})
    class Billing extends domain.processManager('Billing', { orderId: field.identifier() }, options) {
      static {
        for (const [index, event] of events.entries()) this.handle(event, { start: index === 0, correlate: 'orderId' }, nothing)
      }
    }
    expect(Billing.name).toBe('Billing')
    expect(await findingsOf(domain, 'HANDLER_TOO_BROAD')).toEqual(found)
  })
})

test('EVENT_WITHOUT_DATA is about events without fields, and not about abstract ones', async () => {
  const domain = new Domain('shop')
  domain.aggregate('Order', {})
  domain.event('Base', {}, { abstract: true })
  domain.event('Empty', {}, { partOf: 'Order' })
  domain.event('Full', { orderId: field.identifier() }, { partOf: 'Order' })
  expect(await findingsOf(domain, 'EVENT_WITHOUT_DATA')).toEqual(['EVENT_WITHOUT_DATA Empty'])
})

test('AGGREGATE_NO_INVARIANTS is about aggregates without rules of their own, of what they contain, or of what they extend', async () => {
  const domain = new Domain('shop')
  class Ruled extends domain.aggregate('Ruled', {}) {
    static {
      this.preInvariant('x', () => true)
    }
  }
  class Base extends domain.aggregate('Base', {}, { abstract: true }) {
    static {
      this.invariant('x', () => true)
    }
  }
  class Line extends domain.entity('Line', {}, { partOf: 'WithLines' }) {
    static {
      this.invariant('x', () => true)
    }
  }
  domain.aggregate('WithLines', { lines: field.hasMany(Line) })
  domain.aggregate('Extending', {}, { extends: Base })
  domain.aggregate('Lawless', {})
  expect(Ruled).toBeDefined()
  expect(await findingsOf(domain, 'AGGREGATE_NO_INVARIANTS')).toEqual(['AGGREGATE_NO_INVARIANTS Lawless'])
})
