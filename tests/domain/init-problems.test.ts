import fc from 'fast-check'
import { ConfigurationError, Domain, field } from 'proteanjs'
import { describe, expect, test } from 'vitest'

const nothing = async () => undefined as never

/** One of the declarations of a small shop that is right; they refer to each other by name, so that they can come in any order. */
type Declare = (domain: Domain) => unknown
const SHOP: readonly Declare[] = [
  (domain) => domain.valueObject('Money', { amount: field.float({ required: true }), currency: field.string() }),
  (domain) => domain.entity('Line', { price: field.valueObject('Money'), parcels: field.hasMany('Parcel') }, { partOf: 'Order' }),
  (domain) => domain.entity('Parcel', { line: field.reference('Line') }, { partOf: 'Line' }),
  (domain) => domain.aggregate('Order', { customer: field.reference('Customer'), lines: field.hasMany('Line') }),
  (domain) => domain.aggregate('Customer', { name: field.string() }, { indexes: [{ fields: ['name'] }] }),
  (domain) => domain.event('OrderPlaced', {}, { partOf: 'Order', supersededBy: 'OrderMade' }),
  (domain) => domain.event('OrderMade', {}, { partOf: 'Order' }),
  (domain) => domain.command('PlaceOrder', {}, { partOf: 'Order' }),
  (domain) => domain.projection('Orders', { id: field.string({ identifier: true }) }, { orderBy: ['id'] }),
  (domain) => domain.query('AllOrders', {}, { partOf: 'Orders' }),
  (domain) => domain.commandHandler('Commands', { partOf: 'Order' }).handle('PlaceOrder' as never, nothing),
  (domain) => domain.eventHandler('Reactions', { partOf: 'Customer', streamCategory: 'shop::order' }).handle('any', nothing),
  (domain) => domain.projector('Projector', { projectorFor: 'Orders', aggregates: ['Order'] }).on('OrderPlaced' as never, nothing),
  (domain) => domain.queryHandler('Queries', { partOf: 'Orders' }).handle('AllOrders' as never, nothing),
  (domain) => domain.domainService('Transfer', { partOf: ['Order', 'Customer'] }, () => undefined),
]

/** Mistakes of many kinds, that have nothing to do with each other. */
const MISTAKES: readonly (readonly [problem: string, declare: Declare])[] = [
  ['PROVIDER_UNKNOWN Stock', (domain) => domain.aggregate('Stock', {}, { provider: 'elsewhere' })],
  ['PART_OF_MISSING OrderPlaced', (domain) => domain.event('OrderPlaced', {}, {})],
  ['COMMAND_UNHANDLED PlaceOrder', (domain) => domain.command('PlaceOrder', {}, { partOf: 'Order' })],
  ['IDENTIFIER_MISSING Report', (domain) => domain.projection('Report', { total: field.float() })],
  ['ELEMENT_UNKNOWN Commands', (domain) => domain.commandHandler('Commands', { partOf: 'Ordr' })],
  ['HANDLER_NAME_TAKEN Commands', (domain) => domain.eventHandler('Commands', { partOf: 'Order' })],
  ['SERVICE_TOO_NARROW Transfer', (domain) => domain.domainService('Transfer', { partOf: ['Order'] }, () => undefined)],
  ['SUPPRESSION_UNKNOWN Money', (domain) => domain.valueObject('Money', {}, { suppressChecks: ['NOTHING_OF_THE_KIND'] })],
  ['COLUMN_TAKEN Customer', (domain) => domain.aggregate('Customer', { a: field.string({ column: 'b' }), b: field.string() })],
]

async function failureOf(domain: Domain): Promise<ConfigurationError> {
  const error: unknown = await domain.init().then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  if (error instanceof ConfigurationError) return error
  throw new Error('init() did not fail as it should', { cause: error })
}

function told({ problems }: ConfigurationError): string[] {
  return problems.map(({ code, element }) => `${code} ${element}`)
}

describe('a domain with a dozen mistakes', () => {
  const expected = ['OPTION_UNKNOWN Order', 'ELEMENT_UNKNOWN Order.lines', ...MISTAKES.map(([problem]) => problem)]

  function broken(): Domain {
    const domain = new Domain('shop', { config: { outbox: { broker: 'none' } } })
    domain.aggregate('Order', { lines: field.hasMany('Lin') }, { shemaName: 'orders' } as object)
    for (const [, declare] of MISTAKES) declare(domain)
    return domain
  }

  test('is told of all of them at once, those of the configuration first, then in the order of the declarations', async () => {
    const error = await failureOf(broken())
    expect(told(error)).toEqual(['CONFIG_UNKNOWN_BROKER config.outbox.broker', ...expected])
    expect(error.code).toBe('CONFIGURATION')
  })

  test('is told who, what and how to go on, for each', async () => {
    const { message, problems } = await failureOf(broken())
    for (const problem of problems) {
      expect(problem).toEqual({
        code: expect.stringMatching(/^[A-Z_]+$/),
        element: expect.any(String),
        message: expect.any(String),
        fix: expect.any(String),
      })
      expect([problem.element, problem.message, problem.fix]).not.toContain('')
      expect(message).toContain(`[${problem.code}] ${problem.element}: ${problem.message} ${problem.fix}`)
    }
  })

  test('is told the same every time', async () => {
    const domain = broken()
    const first = await failureOf(domain)
    expect((await failureOf(domain)).problems).toEqual(first.problems)
    expect((await domain.check()).errors).toEqual(first.problems)
  })

  test('is told of exactly those that were made, whichever they are', async () => {
    const taken = MISTAKES.findIndex(([problem]) => problem.startsWith('HANDLER_NAME_TAKEN'))
    // A name is only taken when the one before it took it.
    const isMade = (index: number, made: readonly number[]) => made.includes(index) && (index !== taken || made.includes(index - 1))
    await fc.assert(
      fc.asyncProperty(fc.subarray(MISTAKES.map((_, index) => index)), async (made) => {
        const domain = new Domain('shop')
        domain.aggregate('Order', {})
        const chosen = MISTAKES.filter((_, index) => isMade(index, made))
        for (const [, declare] of chosen) declare(domain)
        const problems = await domain.init().then(
          () => [],
          (error: ConfigurationError) => told(error),
        )
        expect(problems).toEqual(chosen.map(([problem]) => problem))
        await domain.close()
      }),
    )
  })
})

describe('a domain that could not be initialised', () => {
  test('is closed, can be corrected, and initialised then', async () => {
    const domain = new Domain('shop')
    class OrderPlaced extends domain.event('OrderPlaced', {}, { partOf: 'Order' }) {}
    domain.config.outbox.broker = 'none'
    expect(told(await failureOf(domain))).toEqual(['CONFIG_UNKNOWN_BROKER config.outbox.broker', 'ELEMENT_UNKNOWN OrderPlaced'])
    expect(domain.isInitialized).toBe(false)
    expect(() => domain.providers).toThrow(expect.objectContaining({ code: 'DOMAIN_NOT_INITIALIZED' }))

    domain.config.outbox.broker = 'default'
    class Order extends domain.aggregate('Order', {}) {
      place() {
        this.raise(new OrderPlaced({}))
      }
    }
    await domain.init()
    const order = new Order({})
    order.place()
    await domain.repositoryFor(Order).add(order)
    expect(await domain.repositoryFor(Order).count()).toBe(1)
    await domain.close()
  })

  test('was closed by the attempt, if it was open', async () => {
    const domain = new Domain('shop')
    domain.aggregate('Order', {})
    await domain.init()
    domain.event('Lost', {}, { partOf: 'Nothing' })
    expect(told(await failureOf(domain))).toEqual(['ELEMENT_UNKNOWN Lost'])
    expect(domain.isInitialized).toBe(false)
    domain.aggregate('Nothing', {})
    await domain.init()
    expect(domain.isInitialized).toBe(true)
    await domain.close()
  })
})

test('the order of the declarations does not matter', async () => {
  await fc.assert(
    fc.asyncProperty(fc.shuffledSubarray([...SHOP], { minLength: SHOP.length }), async (declarations) => {
      const domain = new Domain('shop')
      for (const declare of declarations) declare(domain)
      await domain.init()
      await domain.close()
    }),
  )
})

test('what is missing is reported whatever the order of the rest, by whoever names it', async () => {
  const without = (index: number) => SHOP.filter((_, position) => position !== index)
  const expected: readonly (readonly [index: number, problems: readonly string[]])[] = [
    [0, ['ELEMENT_UNKNOWN Line.price']],
    [1, ['ELEMENT_UNKNOWN Order.lines', 'ELEMENT_UNKNOWN Parcel', 'ELEMENT_UNKNOWN Parcel.line']],
    [6, ['ELEMENT_UNKNOWN OrderPlaced']],
    [7, ['ELEMENT_UNKNOWN Commands']],
    [8, ['ELEMENT_UNKNOWN AllOrders', 'ELEMENT_UNKNOWN Projector', 'ELEMENT_UNKNOWN Queries']],
    [10, ['COMMAND_UNHANDLED PlaceOrder']],
  ]
  await fc.assert(
    fc.asyncProperty(
      fc
        .constantFrom(...expected)
        .chain(([index, problems]) => fc.tuple(fc.shuffledSubarray(without(index), { minLength: SHOP.length - 1 }), fc.constant(problems))),
      async ([declarations, problems]) => {
        const domain = new Domain('shop')
        for (const declare of declarations) declare(domain)
        expect(told(await failureOf(domain)).toSorted()).toEqual([...problems])
      },
    ),
  )
})

describe('a class that two domains know', () => {
  test('stays what it is in its own, whatever type the other knows it by', async () => {
    const shop = new Domain('shop', { config: { commandProcessing: 'sync', eventProcessing: 'sync' } })
    class Order extends shop.aggregate('Order', {}) {
      place() {
        this.raise(new OrderPlaced({ orderId: this.id }))
      }
    }
    class OrderPlaced extends shop.event('OrderPlaced', { orderId: field.identifier({ required: true }) }, { partOf: Order }) {}
    const billing = new Domain('billing', { config: { eventProcessing: 'sync' } })
    class Invoice extends billing.aggregate('Invoice', {}) {}
    const seen: string[] = []
    shop.eventHandler('Own', { partOf: Order }).handle(OrderPlaced, async (_, message) => void seen.push(`shop ${message.type}`))
    billing
      .eventHandler('Foreign', { partOf: Invoice })
      .handle(OrderPlaced, async (_, message) => void seen.push(`billing ${message.type}`))
    billing.registerExternalEvent(OrderPlaced, 'Legacy.Ordered.v3')

    await billing.init()
    await shop.init()
    const order = new Order({})
    order.place()
    await shop.repositoryFor(Order).add(order)
    expect(seen).toEqual(['shop Shop.OrderPlaced.v1'])
    expect([await shop.check(), await billing.check()]).toMatchObject([{ errors: [] }, { errors: [] }])
    await billing.close()
    await shop.close()
  })
})
