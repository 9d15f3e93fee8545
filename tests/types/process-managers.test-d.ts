import type { Message } from 'proteanjs'
import { field } from 'proteanjs'
import { describe, expectTypeOf, test } from 'vitest'
import { domain, OrderPlaced, PlaceOrder } from './shop.ts'

class Shipping extends domain.processManager('Shipping', {
  orderId: field.identifier(),
  total: field.float({ required: true }),
  status: field.status(['waiting', 'sent'] as const, { default: 'waiting' }),
  note: field.string(),
}) {
  static {
    this.handle(OrderPlaced, { start: true, correlate: 'orderId' }, async (process, event, message) => {
      expectTypeOf(process).toEqualTypeOf<Shipping>()
      expectTypeOf(event).toEqualTypeOf<OrderPlaced>()
      expectTypeOf(message).toEqualTypeOf<Message>()
      process.send()
    })
  }

  send() {
    this.status = 'sent'
  }
}

describe('a process manager', () => {
  test('has its fields, typed as declared, an identity and an end', () => {
    expectTypeOf<Shipping['id']>().toEqualTypeOf<string>()
    expectTypeOf<Shipping['total']>().toEqualTypeOf<number>()
    expectTypeOf<Shipping['status']>().toEqualTypeOf<'waiting' | 'sent'>()
    expectTypeOf<Shipping['note']>().toEqualTypeOf<string | undefined>()
    expectTypeOf<Shipping['_ended']>().toEqualTypeOf<boolean>()
  })

  test('has no id of its own where a field is the identifier', () => {
    class Own extends domain.processManager('Own', { orderId: field.identifier({ identifier: true }) }) {}
    expectTypeOf<Own['orderId']>().toEqualTypeOf<string>()
    expectTypeOf<'id' extends keyof Own ? true : false>().toEqualTypeOf<false>()
  })

  test('is correlated by fields of both, by one of each, or by a function', () => {
    Shipping.handle(OrderPlaced, { correlate: { orderId: 'orderId' } }, async () => {})
    Shipping.handle(OrderPlaced, { correlate: (event) => event.orderId, end: true }, () => {})
    // @ts-expect-error a field that only the process has
    Shipping.handle(OrderPlaced, { correlate: 'note' }, async () => {})
    // @ts-expect-error a field that the event does not have
    Shipping.handle(OrderPlaced, { correlate: { orderId: 'reference' } }, async () => {})
    // @ts-expect-error a field that the process does not have
    Shipping.handle(OrderPlaced, { correlate: { reference: 'orderId' } }, async () => {})
    // @ts-expect-error a function that gives a number
    Shipping.handle(OrderPlaced, { correlate: () => 1 }, async () => {})
    // @ts-expect-error nothing to correlate by
    Shipping.handle(OrderPlaced, { start: true }, async () => {})
  })

  test('handles events only', () => {
    // @ts-expect-error a command
    Shipping.handle(PlaceOrder, { correlate: 'orderId' }, async () => {})
  })

  test('is read, and not changed, from outside', async () => {
    const found = await domain.viewFor(Shipping).get('o1')
    expectTypeOf(found.total).toEqualTypeOf<number>()
    // @ts-expect-error read-only
    found.total = 2
    // @ts-expect-error processes have no repository
    domain.repositoryFor(Shipping)
  })
})
