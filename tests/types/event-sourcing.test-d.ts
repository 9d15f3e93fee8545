import type { EventSourcedRepository } from 'proteanjs'
import { field } from 'proteanjs'
import { given } from 'proteanjs/testing'
import { describe, expectTypeOf, test } from 'vitest'
import { domain, Order, OrderPlaced, PlaceOrder } from './shop.ts'

class Opened extends domain.event('Opened', { holder: field.string({ required: true }) }, { partOf: 'Wallet' }) {}
class Filled extends domain.event('Filled', { amount: field.integer({ required: true }), note: field.string() }, { partOf: 'Wallet' }) {}
class Coin extends domain.entity('Coin', { value: field.integer({ required: true }) }, { partOf: 'Wallet' }) {}

class Wallet extends domain.aggregate(
  'Wallet',
  { holder: field.string({ required: true }), total: field.integer({ default: 0 }), coins: field.hasMany(Coin) },
  { eventSourced: true },
) {
  static {
    this.applies(Opened, (wallet, event) => {
      expectTypeOf(wallet).toEqualTypeOf<Wallet>()
      expectTypeOf(event).toEqualTypeOf<Opened>()
      wallet.holder = event.holder
    })
    this.applies(Filled, (wallet, { amount, note }) => {
      expectTypeOf(amount).toEqualTypeOf<number>()
      expectTypeOf(note).toEqualTypeOf<string | undefined>()
      wallet.total += amount
      wallet.coins.add(new Coin({ value: amount }))
      // @ts-expect-error no such field
      wallet.money = 1
    })
    // @ts-expect-error a command
    this.applies(PlaceOrder, () => undefined)
    // @ts-expect-error an instance, not a class
    this.applies(new Opened({ holder: 'x' }), () => undefined)
    this.invariant('is not overfull', (wallet) => wallet.total < 100)
  }

  fill(amount: number) {
    this.raise(new Filled({ amount }))
  }
}

class Base extends domain.aggregate('Base', { number: field.identifier({ identifier: true }) }, { abstract: true, eventSourced: true }) {}
class Derived extends domain.aggregate('Derived', { name: field.string({ required: true }) }, { extends: Base }) {
  static {
    this.applies(Filled, (derived) => {
      expectTypeOf(derived.number).toEqualTypeOf<string>()
    })
  }
}

describe('an event-sourced aggregate', () => {
  test('is constructed with its identity only', () => {
    expectTypeOf(new Wallet().total).toEqualTypeOf<number>()
    expectTypeOf(new Wallet({}).holder).toEqualTypeOf<string>()
    new Wallet({ id: 'w1' })
    new Derived({ number: '1' })
    new Wallet({ id: undefined })
    // @ts-expect-error comes from events
    new Wallet({ holder: 'x' })
    // @ts-expect-error comes from events
    new Derived({ number: '1', name: 'x' })
  })

  test('has a repository that finds by identity, also in the past', async () => {
    const wallets = domain.repositoryFor(Wallet)
    expectTypeOf(wallets).toEqualTypeOf<EventSourcedRepository<Wallet>>()
    expectTypeOf(await wallets.get('w1', { atVersion: 3 })).toEqualTypeOf<Wallet>()
    expectTypeOf(await wallets.get('w1', { asOf: new Date() })).toEqualTypeOf<Wallet>()
    expectTypeOf(await wallets.find('w1')).toEqualTypeOf<Wallet | undefined>()
    expectTypeOf(await wallets.exists({ id: 'w1' })).toEqualTypeOf<boolean>()
    // @ts-expect-error there is no table to look in
    void wallets.findBy({ total: 1 })
    // @ts-expect-error what is stored as it is has no past
    void domain.repositoryFor(Order).get('o1', { atVersion: 1 })
  })

  test('may have a repository of its own', async () => {
    class Wallets extends domain.repository(Wallet) {
      async atFirst(id: string) {
        return (await this.get(id, { atVersion: 0 })).total
      }
    }
    expectTypeOf(domain.repositoryFor(Wallets).atFirst('x')).toEqualTypeOf<Promise<number>>()
  })

  test('has snapshots, which nothing else has', () => {
    expectTypeOf(domain.createSnapshots(Wallet, 'w1')).toEqualTypeOf<Promise<number>>()
    // @ts-expect-error stored as it is
    void domain.createSnapshots(Order)
  })

  test('can be given by its events', async () => {
    const wallet = await given(Wallet, new Opened({ holder: 'x' })).process(new PlaceOrder({ orderId: 'o', customerId: 'c' }))
    expectTypeOf(wallet.total).toEqualTypeOf<number>()
  })

  test('is what applies() belongs to', () => {
    // @ts-expect-error stored as it is
    Order.applies(OrderPlaced, () => undefined)
  })
})
