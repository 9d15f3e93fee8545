import fc from 'fast-check'
import { Domain, field, Message } from 'proteanjs'
import { describe, expect, test, vi } from 'vitest'
import type { JsonObject } from '../../src/util/json.ts'
import { testMistakes } from '../domain/wiring/mistakes.ts'

/** A stored message of any type, as another program may have written it. */
function storedMessage(type: string, data: JsonObject): Message {
  return new Message(data, {
    headers: { id: 'm1', time: new Date('2026-01-02T03:04:05Z'), type, stream: 'shop::order-1' },
    envelope: { specversion: '1.0' },
    domain: { kind: 'EVENT', fqn: 'shop.OrderPlaced', streamCategory: 'shop::order', version: 1, asynchronous: false, priority: 0 },
    extensions: {},
  })
}

/** A domain whose event is at a version, and what its handler has seen. */
async function shopAt(version: number, declare: (domain: Domain, OrderPlaced: ReturnType<typeof placedIn>) => void = () => undefined) {
  const domain = new Domain('shop', { config: { eventProcessing: 'sync' } })
  const Order = domain.aggregate('Order', {})
  const OrderPlaced = placedIn(domain, version)
  const seen: unknown[] = []
  domain.eventHandler('Seen', { partOf: Order }).handle(OrderPlaced, async (event) => void seen.push(event.toObject()))
  declare(domain, OrderPlaced)
  await domain.init()
  return { domain, seen, receive: (type: string, data: JsonObject) => domain.receive(storedMessage(type, data)) }
}

function placedIn(domain: Domain, version: number) {
  return domain.event(
    'OrderPlaced',
    { total: field.float({ required: true }), currency: field.string({ required: true }) },
    { partOf: 'Order', version, renamedFrom: ['OrderBooked'] },
  )
}

describe('a stored message of an older version', () => {
  test('is read through the upcasters to the current one, each applied once and in order', async () => {
    const { seen, receive } = await shopAt(3, (domain, OrderPlaced) => {
      domain.upcaster(OrderPlaced, { from: 2, to: 3 }, ({ amount, ...rest }) => ({ ...rest, total: amount ?? null }))
      domain.upcaster(OrderPlaced, { from: 1, to: 2 }, (payload) => ({ ...payload, currency: 'EUR' }))
    })
    await receive('Shop.OrderPlaced.v1', { amount: 5 })
    await receive('Shop.OrderPlaced.v2', { amount: 6, currency: 'USD' })
    await receive('Shop.OrderPlaced.v3', { total: 7, currency: 'CHF' })
    expect(seen).toEqual([
      { total: 5, currency: 'EUR' },
      { total: 6, currency: 'USD' },
      { total: 7, currency: 'CHF' },
    ])
  })

  test('may skip versions, and be known by a name that the event had before', async () => {
    const { seen, receive } = await shopAt(4, (domain, OrderPlaced) => {
      domain.upcaster(OrderPlaced, { from: 1, to: 4 }, ({ sum = null }) => ({ total: sum, currency: 'EUR' }))
    })
    await receive('Shop.OrderBooked.v1', { sum: 5 })
    await receive('Shop.OrderBooked.v4', { total: 6, currency: 'USD' })
    expect(seen).toEqual([
      { total: 5, currency: 'EUR' },
      { total: 6, currency: 'USD' },
    ])
  })

  test('of another domain is read alike, from the version that it is registered under', async () => {
    const billing = new Domain('billing')
    const Paid = billing.event('Paid', { cents: field.integer({ required: true }) }, { partOf: 'Invoice' })
    const { receive } = await shopAt(1, (domain) => {
      domain.registerExternalEvent(Paid, 'Billing.Paid.v2')
      domain.upcaster(Paid, { from: 1, to: 2 }, ({ euros }) => ({ cents: Number(euros) * 100 }))
      domain.eventHandler('Payments', { streamCategory: 'billing::invoice' }).handle(Paid, async ({ cents }) => void paid.push(cents))
    })
    const paid: number[] = []
    await receive('Billing.Paid.v1', { euros: 3 })
    await receive('Billing.Paid.v2', { cents: 5 })
    expect(paid).toEqual([300, 5])
  })

  test('property: any chain gives what its steps give one after the other', () =>
    fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(fc.integer({ min: 1, max: 30 }), { minLength: 2, maxLength: 8 }),
        fc.nat(7),
        async (versions, start) => {
          const ascending = [...versions].sort((one, other) => one - other)
          const step = (from: number, to: number) => (total: number) => total * 3 + from * 100 + to
          const steps = ascending.slice(1).map((to, at) => ({ from: ascending[at] ?? 0, to }))
          const { domain, seen, receive } = await shopAt(ascending.at(-1) ?? 1, (shop, OrderPlaced) => {
            for (const { from, to } of steps.toReversed())
              shop.upcaster(OrderPlaced, { from, to }, ({ total }) => ({ total: step(from, to)(Number(total)), currency: 'EUR' }))
          })
          const first = start % ascending.length
          await receive(`Shop.OrderPlaced.v${ascending[first]}`, { total: 1, currency: 'EUR' })
          expect(seen).toEqual([{ total: steps.slice(first).reduce((total, { from, to }) => step(from, to)(total), 1), currency: 'EUR' }])
          await domain.close()
        },
      ),
      { numRuns: 60 },
    ))
})

describe('a message that cannot be read', () => {
  test.each([
    ['Shop.OrderLost.v1', {}, 'MESSAGE_TYPE_UNKNOWN', 'that type is not known'],
    ['Shop.OrderPlaced.v1', {}, 'MESSAGE_VERSION_UNKNOWN', 'there is no way from that version'],
    ['Shop.OrderPlaced.v9', {}, 'MESSAGE_VERSION_UNKNOWN', 'deploy what wrote it'],
    ['Shop.OrderPlaced.v2', { total: 'much' }, 'MESSAGE_UPCAST_FAILED', 'from 2 to 3 failed: no number'],
    ['Shop.OrderPlaced.v2', { total: 0 }, 'MESSAGE_UPCAST_FAILED', 'from 2 to 3 gave no object'],
    ['Shop.OrderPlaced.v3', { total: 'much', currency: 'EUR' }, 'MESSAGE_DATA_INVALID', 'total: '],
    ['Shop.OrderPlaced.v3', { total: 1, currency: 'EUR', more: 1 }, 'MESSAGE_DATA_INVALID', 'more: '],
  ])('says which it is, and why: %s %j', async (type, data, code, text) => {
    const { receive } = await shopAt(3, (domain, OrderPlaced) => {
      domain.upcaster(OrderPlaced, { from: 2, to: 3 }, ({ total }) => {
        if (typeof total !== 'number') throw new Error('no number')
        return total === 0 ? (undefined as unknown as JsonObject) : { total }
      })
    })
    const error = await receive(type, data as JsonObject).catch((caught: unknown) => caught)
    expect(error).toMatchObject({ code, messageId: 'm1' })
    expect(String(error)).toContain(`Message m1 cannot be read: It is a ${type} in stream shop::order-1`)
    expect(String(error)).toContain(text)
  })
})

describe('upcasters that do not fit together', () => {
  const mistake = (
    code: string,
    version: number,
    steps: readonly (readonly [from: number, to: number])[],
    message: string,
    fix: string,
  ) => ({
    title: `${code} ${JSON.stringify(steps)}`,
    code,
    element: 'OrderPlaced',
    message,
    fix,
    declare(domain: Domain) {
      domain.aggregate('Order', {})
      const OrderPlaced = placedIn(domain, version)
      for (const [from, to] of steps) domain.upcaster(OrderPlaced, { from, to }, (payload) => payload)
    },
  })
  testMistakes([
    mistake('UPCASTER_INVALID', 2, [[0, 2]], 'has an upcaster from 0 to 2', '{ from: 1, to: 2 }'),
    mistake('UPCASTER_INVALID', 2, [[1, 1]], 'has an upcaster from 1 to 1', 'two versions'),
    mistake(
      'UPCASTER_DUPLICATE',
      2,
      [
        [1, 2],
        [1, 2],
      ],
      'has two upcasters from version 1',
      'Keep one',
    ),
    mistake('UPCASTER_BEYOND', 1, [[1, 2]], 'to version 2, but is at version 1', '{ version: 2 }'),
    mistake('UPCASTER_MISSING', 3, [[1, 2]], 'up to version 2, but is at version 3', '{ from: 2, to: 3 }'),
    mistake(
      'UPCASTER_MISSING',
      4,
      [
        [1, 2],
        [3, 4],
      ],
      'up to version 2, but is at version 4',
      '{ from: 2, to: 4 }',
    ),
    {
      ...mistake('UPCASTER_TARGET', 1, [], 'of another domain and not registered here', 'registerExternalEvent(Paid'),
      element: 'Paid',
      declare(domain) {
        const Paid = new Domain('billing').event('Paid', {}, { partOf: 'Invoice' })
        domain.upcaster(Paid, { from: 1, to: 2 }, (payload) => payload)
      },
    },
  ])

  test('init() reports a way that goes in circles', async () => {
    const domain = new Domain('shop')
    mistake(
      'UPCASTER_CYCLE',
      4,
      [
        [1, 2],
        [2, 1],
      ],
      '',
      '',
    ).declare(domain)
    const problem = { code: 'UPCASTER_CYCLE', element: 'OrderPlaced' }
    await expect(domain.init()).rejects.toMatchObject({ problems: [problem, problem] })
  })

  test('something else than a message is refused at once', () => {
    const domain = new Domain('shop')
    const Order = domain.aggregate('Order', {})
    expect(() => domain.upcaster(Order as never, { from: 1, to: 2 }, (payload) => payload)).toThrow(/takes an event or command class/)
  })
})

test('a deprecated event or command warns once, when it is first used', async () => {
  const warn = vi.spyOn(process, 'emitWarning').mockImplementation(() => undefined)
  const domain = new Domain('shop', { config: { commandProcessing: 'sync' } })
  class Old extends domain.event('Old', {}, { partOf: 'Order', deprecated: { since: '1.2', removal: '2.0' }, supersededBy: 'Fresh' }) {}
  class Fresh extends domain.event('Fresh', {}, { partOf: 'Order' }) {}
  class Order extends domain.aggregate('Order', {}) {
    work() {
      this.raise(new Old({}))
      this.raise(new Fresh({}))
    }
  }
  class Work extends domain.command('Work', {}, { partOf: Order, deprecated: '1.1' }) {}
  domain.commandHandler('Working', { partOf: Order }).handle(Work, async () => new Order({}).work())
  await domain.init()
  await domain.process(new Work({}))
  await domain.process(new Work({}))
  expect(warn.mock.calls).toEqual([
    ['Work is deprecated since 1.1.', { type: 'DeprecationWarning', code: 'PROTEAN_DEPRECATED' }],
    [
      'Old is deprecated since 1.2 and will be removed in 2.0. Use Fresh instead.',
      { type: 'DeprecationWarning', code: 'PROTEAN_DEPRECATED' },
    ],
  ])
  await domain.close()
})
