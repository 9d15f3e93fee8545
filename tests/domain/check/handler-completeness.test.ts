import { Domain, field } from 'proteanjs'
import { describe, expect, test } from 'vitest'
import { project } from '../modules/project.ts'
import { findingsOf, nothing } from './findings.ts'

const id = field.string({ identifier: true })

describe('UNHANDLED_EVENT', () => {
  const CODE = 'UNHANDLED_EVENT'

  function shop() {
    const domain = new Domain('shop')
    class Order extends domain.aggregate('Order', {}) {}
    class Placed extends domain.event('Placed', { id }, { partOf: Order }) {}
    return { domain, Order, Placed }
  }

  test('is about events that nothing handles, and not about published and abstract ones', async () => {
    const { domain, Order } = shop()
    domain.event('Published', { id }, { partOf: Order, published: true })
    domain.event('Base', { id }, { partOf: Order, abstract: true })
    expect(await findingsOf(domain, CODE)).toEqual([`${CODE} Placed`])
  })

  test('is not about an event that an event handler or a projector handles', async () => {
    for (const handle of [
      ({ domain, Order, Placed }: ReturnType<typeof shop>) => domain.eventHandler('H', { partOf: Order }).handle(Placed, nothing),
      ({ domain, Placed }: ReturnType<typeof shop>) =>
        domain.projector('P', { projectorFor: domain.projection('R', { id }) }).on(Placed, nothing),
    ]) {
      const made = shop()
      handle(made)
      expect(await findingsOf(made.domain, CODE)).toEqual([])
    }
  })

  test.each([
    [{ partOf: 'Order' }, []],
    [{ streamCategory: 'shop::order' }, []],
    [{ streamCategory: '$all' }, []],
    [{ partOf: 'Stock' }, [`${CODE} Placed`]],
    [{ streamCategory: 'billing::invoice' }, [`${CODE} Placed`]],
  ])('with a handler of any event of %j is %j', async (options, findings) => {
    const { domain } = shop()
    domain.aggregate('Stock', {})
    domain.eventHandler('Any', options).handle('any', nothing)
    expect(await findingsOf(domain, CODE)).toEqual(findings)
  })

  test('is not about an event of an abstract aggregate that is handled by class, or as one of an aggregate that extends it', async () => {
    const domain = new Domain('shop')
    const Base = domain.aggregate('Base', {}, { abstract: true })
    class ByClass extends domain.event('ByClass', { id }, { partOf: Base }) {}
    domain.event('ByCategory', { id }, { partOf: Base })
    domain.eventHandler('First', { streamCategory: '$all' }).handle(ByClass, nothing)
    expect(await findingsOf(domain, CODE)).toEqual([`${CODE} ByCategory`])
    const Order = domain.aggregate('Order', {}, { extends: Base })
    domain.eventHandler('Second', { partOf: Order }).handle('any', nothing)
    expect(await findingsOf(domain, CODE)).toEqual([])
  })
})

test('UNRAISED_EVENT is about events of which no module below the root makes an instance, under whatever name', async () => {
  const modules = { 'order.ts': 'export const all = () => [new Placed({}), new events.Sent(), new Renamed_({}), new PaidInFull({})]' }
  const domain = new Domain('shop', { root: project(modules) })
  const Order = domain.aggregate('Order', {})
  for (const name of ['Placed', 'Sent', 'Paid', 'Forgotten']) domain.event(name, { id }, { partOf: Order })
  domain.event('Base', { id }, { partOf: Order, abstract: true })
  class Renamed_ extends domain.event('Renamed', { id }, { partOf: Order }) {}
  domain.eventHandler('Reactions', { partOf: Order }).handle(Renamed_, nothing)
  domain.registerExternalEvent(new Domain('other').event('Foreign', {}, { partOf: 'X' }), 'Other.Foreign.v1')
  const { diagnostics } = await domain.check()
  expect(diagnostics.filter(({ code }) => code === 'UNRAISED_EVENT').map(({ element }) => element)).toEqual(['Paid', 'Forgotten'])
  expect(await findingsOf(new Domain('shop', {}), 'UNRAISED_EVENT')).toEqual([])
})

test('PUBLISHED_NO_EXTERNAL_BROKER is about published events that have nowhere to go', async () => {
  for (const [externalBrokers, findings] of [
    [[], ['PUBLISHED_NO_EXTERNAL_BROKER Placed']],
    [['default'], []],
  ]) {
    const domain = new Domain('shop', { config: { outbox: { externalBrokers: externalBrokers as string[] } } })
    domain.aggregate('Order', {})
    domain.event('Placed', { id }, { partOf: 'Order', published: true })
    domain.event('Noted', { id }, { partOf: 'Order' })
    expect(await findingsOf(domain, 'PUBLISHED_NO_EXTERNAL_BROKER')).toEqual(findings)
  }
})

test('AGGREGATE_WITHOUT_COMMAND_HANDLER is about aggregates that neither handlers nor services change', async () => {
  const domain = new Domain('shop')
  for (const name of ['Commanded', 'Reacting', 'Served', 'Left', 'Right', 'Idle']) domain.aggregate(name, {})
  domain.aggregate('Base', {}, { abstract: true })
  domain.commandHandler('C', { partOf: 'Commanded' })
  domain.eventHandler('E', { partOf: 'Reacting' })
  domain.applicationService('A', { partOf: 'Served' }, {})
  domain.domainService('D', { partOf: ['Left', 'Right'] }, () => undefined)
  expect(await findingsOf(domain, 'AGGREGATE_WITHOUT_COMMAND_HANDLER')).toEqual(['AGGREGATE_WITHOUT_COMMAND_HANDLER Idle'])
})

test('PROJECTION_WITHOUT_PROJECTOR is about projections that no projector fills, unless something else does', async () => {
  const domain = new Domain('shop')
  const Order = domain.aggregate('Order', {})
  class Placed extends domain.event('Placed', { id }, { partOf: Order }) {}
  for (const name of ['Filled', 'Empty', 'Forgotten']) domain.projection(name, { id })
  domain.projection('Imported', { id }, { externallyPopulated: true })
  domain.projection('Base', { id }, { abstract: true })
  domain.projector('Filling', { projectorFor: 'Filled' }).on(Placed, nothing)
  domain.projector('Idle', { projectorFor: 'Empty' })
  expect(await findingsOf(domain, 'PROJECTION_WITHOUT_PROJECTOR')).toEqual([
    'PROJECTION_WITHOUT_PROJECTOR Empty',
    'PROJECTION_WITHOUT_PROJECTOR Forgotten',
  ])
})

test('QUERY_HANDLER_WITHOUT_QUERY is about query handlers that answer nothing', async () => {
  const domain = new Domain('shop')
  const Report = domain.projection('Report', { id })
  class Get extends domain.query('Get', {}, { partOf: Report }) {}
  domain.queryHandler('Busy', { partOf: Report }).handle(Get, nothing)
  domain.queryHandler('Idle', { partOf: Report })
  expect(await findingsOf(domain, 'QUERY_HANDLER_WITHOUT_QUERY')).toEqual(['QUERY_HANDLER_WITHOUT_QUERY Idle'])
})
