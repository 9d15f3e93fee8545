import { field } from 'proteanjs'
import { describe, expectTypeOf, test } from 'vitest'
import { Customer, domain, Money, Order, OrderLine, OrderPlaced, PlaceOrder } from './shop.ts'

describe('invariants', () => {
  test('get an instance of the class', () => {
    class Account extends domain.aggregate('Account', { balance: field.float({ default: 0 }), owner: field.string() }) {
      static {
        this.invariant('is never negative', (account) => {
          expectTypeOf(account).toEqualTypeOf<Account>()
          return account.balance >= 0 && account.isOpen
        })
        this.preInvariant('is open', (account) => account.isOpen, { field: 'owner', code: 'CLOSED' })
        this.invariant('may return nothing and throw instead', (account) => {
          if (account.owner === '') throw new Error('no owner')
        })
        // @ts-expect-error no such field
        this.invariant('is never rich', (account) => account.money < 1)
        // @ts-expect-error says neither yes nor no
        this.invariant('is 1', (account) => account.balance)
        // @ts-expect-error looks only at what is there: a promise comes too late
        this.invariant('is checked elsewhere', async (account) => account.isOpen)
        // @ts-expect-error no such option
        this.invariant('is open', (account) => account.isOpen, { fields: ['owner'] })
      }

      get isOpen(): boolean {
        return this.owner !== undefined
      }
    }
    expectTypeOf(new Account({}).isOpen).toEqualTypeOf<boolean>()
  })

  test('belong to entities and value objects too; only the latter have none before a change', () => {
    class Slot extends domain.entity(
      'Slot',
      { from: field.integer({ required: true }), to: field.integer({ required: true }) },
      { partOf: 'Plan' },
    ) {
      static {
        this.invariant('ends after it begins', (slot) => slot.from < slot.to)
        this.preInvariant('has begun', (slot) => slot.from > 0)
      }
    }
    class Range extends domain.valueObject('Range', { from: field.integer({ required: true }), to: field.integer({ required: true }) }) {
      static {
        this.invariant('ends after it begins', (range) => range.from < range.to)
        // @ts-expect-error a value never changes
        this.preInvariant('has begun', () => true)
      }
    }
    expectTypeOf(new Slot({ from: 1, to: 2 }).from).toEqualTypeOf(new Range({ from: 1, to: 2 }).from)
    // @ts-expect-error messages have no invariants
    OrderPlaced.invariant('has a total', () => true)
    // @ts-expect-error projections have no invariants
    domain.projection('P', { id: field.identifier({ identifier: true }) }).invariant('has an id', () => true)
  })
})

describe('raising events', () => {
  const order = new Order({ customerId: 'c-1' })

  test('takes events', () => {
    order.raise(new OrderPlaced({ orderId: 'o-1', total: 1 }))
    new OrderLine({ sku: 'a' }).raise(new OrderPlaced({ orderId: 'o-1', total: 1 }))
  })

  test('refuses everything else', () => {
    // @ts-expect-error a command
    order.raise(new PlaceOrder({ orderId: 'o-1', customerId: 'c-1' }))
    // @ts-expect-error a value object
    order.raise(new Money({ amount: 1 }))
    // @ts-expect-error another aggregate
    order.raise(new Customer({ name: 'x' }))
    // @ts-expect-error a class, not an instance
    order.raise(OrderPlaced)
    // @ts-expect-error a plain object
    order.raise({ orderId: 'o-1', total: 1 })
  })
})

describe('status fields', () => {
  test('are compared and assigned within their union', () => {
    const order = new Order({ customerId: 'c-1' })
    expectTypeOf(order.canTransitionTo('status', 'placed')).toEqualTypeOf<boolean>()
    switch (order.status) {
      case 'draft':
      case 'placed':
        break
      default:
        expectTypeOf(order.status).toEqualTypeOf<'shipped'>()
    }
    // @ts-expect-error never true
    if (order.status === 'lost') order.place()
  })
})
