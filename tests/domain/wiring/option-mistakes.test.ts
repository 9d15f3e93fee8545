import type { AggregateOptions } from 'proteanjs'
import { Domain, field } from 'proteanjs'
import { describe, expect, test } from 'vitest'
import { problemsOf, testMistakes, untyped } from './mistakes.ts'

describe('options', () => {
  testMistakes([
    {
      title: 'an option of an element that is misspelt',
      declare: (domain) => domain.aggregate('Order', {}, untyped<AggregateOptions>({ schemaname: 'orders' })),
      code: 'OPTION_UNKNOWN',
      element: 'Order',
      message: 'has no option schemaname',
      fix: 'Did you mean schemaName?',
    },
    {
      title: 'a provider of an entity, which is stored with its aggregate',
      declare: (domain) =>
        domain.aggregate('Order', {}) && domain.entity('Line', {}, untyped<{ partOf: string }>({ partOf: 'Order', provider: 'other' })),
      code: 'OPTION_UNKNOWN',
      element: 'Line',
      message: 'has no option provider',
      fix: 'Options are',
    },
    {
      title: 'an option of a handler that is misspelt',
      declare: (domain) =>
        domain.aggregate('Order', {}) && domain.commandHandler('Orders', untyped<{ partOf: string }>({ partOf: 'Order', timeOut: 3 })),
      code: 'OPTION_UNKNOWN',
      element: 'Orders',
      message: 'has no option timeOut',
      fix: 'Did you mean timeout?',
    },
    {
      title: 'an option of a service that nothing is like',
      declare: (domain) =>
        domain.aggregate('Order', {}) &&
        domain.applicationService('Checkout', untyped<{ partOf: string }>({ partOf: 'Order', retries: 3 }), {}),
      code: 'OPTION_UNKNOWN',
      element: 'Checkout',
      message: 'has no option retries',
      fix: 'Options of an application service are partOf, suppressChecks',
    },
    {
      title: 'a timeout that is none',
      declare: (domain) => domain.aggregate('Order', {}) && domain.commandHandler('Orders', { partOf: 'Order', timeout: -1 }),
      code: 'OPTION_INVALID',
      element: 'Orders',
      message: 'has { timeout: -1 }',
      fix: 'timeout is a number of seconds above 0',
    },
    {
      title: 'a flag that is text',
      declare: (domain) =>
        domain.aggregate('Order', {}) && domain.event('Placed', {}, { partOf: 'Order', published: untyped<boolean>('yes') }),
      code: 'OPTION_INVALID',
      element: 'Placed',
      message: 'has { published: "yes" }',
      fix: 'published is true or false',
    },
    {
      title: 'an empty name of a table',
      declare: (domain) => domain.aggregate('Order', {}, { schemaName: ' ' }),
      code: 'OPTION_INVALID',
      element: 'Order',
      message: 'has { schemaName: " " }',
      fix: 'schemaName is a text that is not empty',
    },
    {
      title: 'indexes that are no list of indexes',
      declare: (domain) => domain.aggregate('Order', { total: field.float() }, { indexes: untyped<[]>([{ fields: 'total' }]) }),
      code: 'OPTION_INVALID',
      element: 'Order',
      message: 'has { indexes: [{"fields":"total"}] }',
      fix: "indexes is a list of { fields: ['…']",
    },
    {
      title: 'a finding that does not exist, with the nearest that does',
      declare: (domain) => domain.aggregate('Order', {}, { suppressChecks: ['AGGREGATE_NO_INVARIANT'] }),
      code: 'SUPPRESSION_UNKNOWN',
      element: 'Order',
      message: 'names AGGREGATE_NO_INVARIANT in suppressChecks, which is the code of no check',
      fix: 'Did you mean AGGREGATE_NO_INVARIANTS?',
    },
    {
      title: 'a problem that cannot be suppressed',
      declare: (domain) =>
        domain.aggregate('Order', {}) && domain.eventHandler('Reactions', { partOf: 'Order', suppressChecks: ['OPTION_INVALID'] }),
      code: 'SUPPRESSION_UNKNOWN',
      element: 'Reactions',
      message: 'names OPTION_INVALID in suppressChecks',
      fix: 'See the list of checks',
    },
  ])

  test('every option of every element, handler and service is accepted', async () => {
    const domain = new Domain('shop', { config: { caches: { default: {}, quick: {} }, databases: { default: {}, other: {} } } })
    const suppressChecks = ['UNHANDLED_EVENT'] as const
    const deprecated = { since: '1', removal: '2' }
    const indexes = [{ fields: ['total'], name: 'by_total', unique: false, descending: ['total'], include: ['id'] }]
    const total = field.float()
    const Base = domain.aggregate('Base', {}, { abstract: true })
    const stored = { deprecated, suppressChecks, indexes }
    const Order = domain.aggregate(
      'Order',
      { total },
      { ...stored, extends: Base, provider: 'other', schemaName: 'orders', streamCategory: 'orders' },
    )
    domain.entity('Line', {}, { partOf: Order, deprecated, suppressChecks, schemaName: 'lines', indexes: [] })
    domain.valueObject('Money', {}, { partOf: Order, deprecated, suppressChecks })
    const Placed = domain.event('Placed', {}, { partOf: Order, version: 2, published: true, deprecated, suppressChecks })
    domain.event('Old', {}, { partOf: Order, supersededBy: Placed })
    const row = { id: field.string({ identifier: true }), total }
    const Report = domain.projection('Report', row, {
      ...stored,
      indexes: [{ fields: ['total'] }],
      orderBy: ['-total'],
      externallyPopulated: true,
    })
    domain.projection('Cached', row, { cache: 'quick' })
    domain.commandHandler('Commands', { partOf: Order, timeout: 1.5, suppressChecks })
    domain.eventHandler('Events', { partOf: Order, streamCategory: '$all', suppressChecks })
    domain.projector('Reports', { projectorFor: Report, aggregates: [Order], suppressChecks })
    domain.queryHandler('Queries', { partOf: Report, suppressChecks })
    domain.applicationService('Service', { partOf: Order, suppressChecks }, {})
    domain.domainService('Transfer', { partOf: [Order, domain.aggregate('Stock', {})], suppressChecks }, () => undefined)
    expect(await problemsOf(domain)).toEqual([])
  })

  test('with rules of your own, codes that only those know can be suppressed; one that is misspelt still cannot', async () => {
    const domain = new Domain('shop', { config: { lint: { rules: ['./rules.ts#mine'], suppressions: { MY_RULE: 1 } } } })
    domain.aggregate('Order', {}, { suppressChecks: ['MY_RULE', 'AGGREGATE_NO_INVARIANT'] })
    await expect(domain.init()).rejects.toMatchObject({
      problems: [{ code: 'SUPPRESSION_UNKNOWN', fix: 'Did you mean AGGREGATE_NO_INVARIANTS?' }],
    })
  })

  test('counts of suppressed findings are of checks that exist, and not negative', async () => {
    const domain = new Domain('shop', { config: { lint: { suppressions: { UNHANDLED_EVENTS: 1, UNHANDLED_EVENT: -1 } } } })
    expect(await problemsOf(domain)).toMatchObject([
      { code: 'SUPPRESSION_UNKNOWN', element: 'config.lint.suppressions.UNHANDLED_EVENTS', fix: 'Did you mean UNHANDLED_EVENT?' },
      { code: 'SUPPRESSION_INVALID', element: 'config.lint.suppressions.UNHANDLED_EVENT' },
    ])
  })

  test('a strategy that needs a function needs one to be given', async () => {
    const config = { identityStrategy: 'function' } as const
    expect(await problemsOf(new Domain('shop', { config }))).toMatchObject([
      { code: 'IDENTITY_FUNCTION_MISSING', element: 'config.identityStrategy', fix: expect.stringContaining('{ ids }') },
    ])
    expect(await problemsOf(new Domain('shop', { config, ids: { next: () => 'x' } }))).toEqual([])
  })
})
