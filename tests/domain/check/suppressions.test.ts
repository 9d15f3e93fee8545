import { Domain, field } from 'proteanjs'
import { expect, test } from 'vitest'
import { findingsOf } from './findings.ts'

function shop(suppressions: Record<string, number> = {}, suppressChecks: readonly string[] = []): Domain {
  const domain = new Domain('shop', { config: { lint: { suppressions, handlerBreadthLimit: 1 } } })
  domain.aggregate('Order', {})
  domain.event('A', {}, { partOf: 'Order', suppressChecks })
  domain.event('B', {}, { partOf: 'Order' })
  domain.event('C', {}, { partOf: 'Order' })
  return domain
}

test('what an element says is meant to be so, is no finding; on others it is', async () => {
  expect(await findingsOf(shop({}, ['UNHANDLED_EVENT']), 'UNHANDLED_EVENT', 'EVENT_WITHOUT_DATA')).toEqual([
    'EVENT_WITHOUT_DATA A',
    'EVENT_WITHOUT_DATA B',
    'UNHANDLED_EVENT B',
    'EVENT_WITHOUT_DATA C',
    'UNHANDLED_EVENT C',
  ])
})

test('handlers can say so too', async () => {
  const domain = new Domain('shop')
  domain.projection('Report', { id: field.string({ identifier: true }) }, { suppressChecks: ['PROJECTION_WITHOUT_PROJECTOR'] })
  domain.queryHandler('Loud', { partOf: 'Report' })
  domain.queryHandler('Quiet', { partOf: 'Report', suppressChecks: ['QUERY_HANDLER_WITHOUT_QUERY'] })
  expect(await findingsOf(domain)).toEqual(['QUERY_HANDLER_WITHOUT_QUERY Loud'])
})

test.each([
  [0, ['A', 'B', 'C']],
  [1, ['B', 'C']],
  [2, ['C']],
  [3, []],
  [9, []],
])('of a code with the count %i, %j are left', async (count, left) => {
  expect(await findingsOf(shop({ UNHANDLED_EVENT: count }), 'UNHANDLED_EVENT')).toEqual(left.map((name) => `UNHANDLED_EVENT ${name}`))
})

test('what an element suppresses does not use up a count', async () => {
  expect(await findingsOf(shop({ UNHANDLED_EVENT: 1 }, ['UNHANDLED_EVENT']), 'UNHANDLED_EVENT')).toEqual(['UNHANDLED_EVENT C'])
})

test('suppressed findings count for nothing', async () => {
  const domain = shop({ UNHANDLED_EVENT: 3, EVENT_WITHOUT_DATA: 3, AGGREGATE_WITHOUT_COMMAND_HANDLER: 1, AGGREGATE_NO_INVARIANTS: 1 })
  expect(await domain.check()).toMatchObject({ status: 'pass', diagnostics: [], counts: { errors: 0, warnings: 0, infos: 0 } })
})
