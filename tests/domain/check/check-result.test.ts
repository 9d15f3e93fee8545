import { Domain, field } from 'proteanjs'
import { describe, expect, test } from 'vitest'
import { CATALOGUE } from '../../../src/domain/check/catalogue.ts'
import { RULES } from '../../../src/domain/check/rules.ts'

const nothing = async () => undefined as never

/** With a warning and a hint: nothing changes the aggregate, and it has no rules. */
function orders(level?: 'error' | 'warn' | 'info'): Domain {
  const domain = new Domain('shop', { config: level === undefined ? {} : { lint: { level } } })
  domain.aggregate('Order', {})
  return domain
}

describe('the result of a check', () => {
  test('of a domain in which there is nothing to find is a pass', async () => {
    expect(await new Domain('shop').check()).toEqual({
      domain: 'shop',
      status: 'pass',
      errors: [],
      diagnostics: [],
      counts: { errors: 0, warnings: 0, infos: 0 },
    })
  })

  test('has every finding with what it is, where, why it matters and what to do', async () => {
    const { diagnostics } = await orders().check()
    expect(diagnostics).toEqual([
      {
        code: 'AGGREGATE_NO_INVARIANTS',
        category: 'aggregate_design',
        element: 'Order',
        level: 'info',
        message: 'has no invariants, nor has anything that it contains.',
        rationale: CATALOGUE.AGGREGATE_NO_INVARIANTS.rationale,
        fix: "Write what always holds: static { this.invariant('…', (order) => …) }.",
      },
      {
        code: 'AGGREGATE_WITHOUT_COMMAND_HANDLER',
        category: 'handler_completeness',
        element: 'Order',
        level: 'warn',
        message: 'has no command handler, nor an event handler or service that could change it.',
        rationale: CATALOGUE.AGGREGATE_WITHOUT_COMMAND_HANDLER.rationale,
        fix: "Declare domain.commandHandler('OrderCommandHandler', { partOf: Order }).",
      },
    ])
  })

  test.each([
    [undefined, 'warn'],
    ['error', 'pass'],
    ['warn', 'warn'],
    ['info', 'warn'],
  ] as const)('with lint.level %s is %s when there are warnings and hints, all of which are listed', async (level, status) => {
    expect(await orders(level).check()).toMatchObject({ status, counts: { errors: 0, warnings: 1, infos: 1 }, diagnostics: [{}, {}] })
  })

  test.each([
    ['warn', 'pass'],
    ['info', 'info'],
  ] as const)('with lint.level %s is %s when there are hints only', async (level, status) => {
    const domain = orders(level)
    domain.eventHandler('Reactions', { partOf: 'Order' })
    expect(await domain.check()).toMatchObject({ status, counts: { warnings: 0, infos: 1 } })
  })

  test('of a domain that cannot work is a failure, with what init() throws and no findings', async () => {
    const domain = orders('error')
    domain.event('Placed', {}, { partOf: 'Ordr' })
    const result = await domain.check()
    await expect(domain.init()).rejects.toMatchObject({ problems: result.errors })
    expect(result).toMatchObject({
      status: 'fail',
      errors: [{ code: 'ELEMENT_UNKNOWN' }],
      diagnostics: [],
      counts: { errors: 1, warnings: 0, infos: 0 },
    })
  })

  test('has the mistakes of a configuration that cannot be read, and of a root that does not exist', async () => {
    const unread = new Domain('shop', { root: new URL('https://example.com/') })
    expect(await unread.check({ traverse: false })).toMatchObject({ status: 'fail', errors: [{ code: 'CONFIG_INVALID_ROOT' }] })
    const nowhere = new Domain('shop', { root: '/does/not/exist' })
    expect(await nowhere.check()).toMatchObject({ status: 'fail', errors: [{ code: 'ROOT_NOT_FOUND' }] })
    expect(await nowhere.check({ traverse: false })).toMatchObject({ status: 'pass', errors: [] })
  })

  test('comes in the order of the declarations', async () => {
    const domain = new Domain('shop')
    domain.event('First', {}, { partOf: 'Third' })
    domain.queryHandler('Second', { partOf: 'Fourth' })
    domain.aggregate('Third', {})
    domain.projection('Fourth', { id: field.string({ identifier: true }) })
    const { diagnostics } = await domain.check()
    expect(diagnostics.map(({ code, element }) => `${element} ${code}`)).toEqual([
      'First EVENT_WITHOUT_DATA',
      'First UNHANDLED_EVENT',
      'Second QUERY_HANDLER_WITHOUT_QUERY',
      'Third AGGREGATE_NO_INVARIANTS',
      'Third AGGREGATE_WITHOUT_COMMAND_HANDLER',
      'Fourth PROJECTION_WITHOUT_PROJECTOR',
    ])
  })
})

describe('a check', () => {
  test('opens no adapter, and needs none that can be had', async () => {
    const domain = new Domain('shop', { config: { databases: { default: { provider: '@acme/not-installed' } } } })
    expect(await domain.check()).toMatchObject({ status: 'pass', errors: [] })
    expect(domain.isInitialized).toBe(false)
    domain.config.debug = true
  })

  test('after init() leaves everything as it is', async () => {
    const domain = new Domain('shop', { config: { commandProcessing: 'sync' } })
    class Order extends domain.aggregate('Order', {}) {}
    class Place extends domain.command('Place', {}, { partOf: Order }) {}
    domain
      .commandHandler('Commands', { partOf: Order })
      .handle(Place, async () => void (await domain.repositoryFor(Order).add(new Order({}))))
    await domain.init()
    await domain.process(new Place({}))
    const { providers, eventStore } = domain
    const result = await domain.check()
    expect(await domain.check()).toEqual(result)
    expect([domain.isInitialized, domain.providers, domain.eventStore]).toEqual([true, providers, eventStore])
    await domain.process(new Place({}))
    expect(await domain.repositoryFor(Order).count()).toBe(2)
    expect(() => (domain.config.debug = true)).toThrow(expect.objectContaining({ code: 'CONFIG_FROZEN' }))
    await domain.close()
  })

  test('sees what was declared after init(), which handles nothing before the next one', async () => {
    const domain = new Domain('shop', { config: { eventProcessing: 'sync' } })
    class Order extends domain.aggregate('Order', {}) {}
    class Placed extends domain.event('Placed', {}, { partOf: Order }) {}
    await domain.init()
    const before = (await domain.check()).diagnostics.map(({ code }) => code)
    domain.eventHandler('Late', { partOf: Order }).handle(Placed, nothing)
    const after = (await domain.check()).diagnostics.map(({ code }) => code)
    expect([before.includes('UNHANDLED_EVENT'), after.includes('UNHANDLED_EVENT')]).toEqual([true, false])
    await domain.close()
  })

  test('throws what a rule throws: a pass without having looked would be a lie', async () => {
    const broken = new TypeError('a rule with a mistake of its own')
    const original = RULES.AGGREGATE_TOO_LARGE
    Object.assign(RULES, {
      AGGREGATE_TOO_LARGE: () => {
        throw broken
      },
    })
    try {
      await expect(orders().check()).rejects.toBe(broken)
    } finally {
      Object.assign(RULES, { AGGREGATE_TOO_LARGE: original })
    }
  })
})
