import { field } from 'proteanjs'
import { describe, expectTypeOf, test } from 'vitest'
import { domain, Money } from './shop.ts'

class Payment extends domain.aggregate(
  'Payment',
  { paymentId: field.auto({ identifier: true }), amount: field.float({ required: true }), note: field.text() },
  { abstract: true },
) {
  refund(): number {
    return -this.amount
  }
}

class CardPayment extends domain.aggregate('CardPayment', { card: field.string({ required: true }) }, { extends: Payment }) {
  get isTest(): boolean {
    return this.card === '0000'
  }
}

class Dated extends domain.event('Dated', { at: field.dateTime({ required: true }) }, { abstract: true, partOf: 'Payment' }) {}
class Refunded extends domain.event('Refunded', { amount: field.float() }, { extends: Dated, partOf: 'Payment' }) {}

class Amount extends domain.valueObject('Amount', { value: field.float({ required: true }) }, { abstract: true }) {
  get isZero(): boolean {
    return this.value === 0
  }
}
class Price extends domain.valueObject('Price', { currency: field.string({ required: true }) }, { extends: Amount }) {}

class Row extends domain.projection('Row', { id: field.identifier({ identifier: true }) }, { abstract: true }) {}
class PriceRow extends domain.projection('PriceRow', { value: field.float() }, { extends: Row }) {}

class Item extends domain.entity('Item', { sku: field.string({ required: true }) }, { abstract: true, partOf: 'Payment' }) {}
class Bundle extends domain.entity('Bundle', { count: field.integer({ default: 1 }) }, { extends: Item, partOf: 'Payment' }) {}

class Shipment extends domain.aggregate('Shipment', { weight: field.float({ default: 0 }) }, { abstract: true }) {}
class Parcel extends domain.aggregate('Parcel', {}, { extends: Shipment }) {}
class Freight extends domain.aggregate('Freight', { number: field.identifier({ identifier: true }) }, { extends: Shipment }) {}

describe('an element that extends an abstract one', () => {
  test('takes the fields of both and has the properties and methods of both', () => {
    const payment = new CardPayment({ amount: 1, card: '1' })
    expectTypeOf(payment.refund()).toEqualTypeOf<number>()
    expectTypeOf(payment.isTest).toEqualTypeOf<boolean>()
    expectTypeOf(payment.note).toEqualTypeOf<string | undefined>()
    expectTypeOf(payment.paymentId).toEqualTypeOf<string>()
    expectTypeOf(payment).toExtend<Payment>()
    // @ts-expect-error a required field of the abstract one
    new CardPayment({ card: '1' })
    // @ts-expect-error a required field of its own
    new CardPayment({ amount: 1 })
    // @ts-expect-error its identifier is inherited: there is no id
    payment.id
  })

  test('gets an id where neither has an identifier', () => {
    expectTypeOf(new Parcel({ weight: 1 }).id).toEqualTypeOf<string>()
    expectTypeOf(new Freight({ number: '1' }).number).toEqualTypeOf<string>()
    // @ts-expect-error its identifier is the number
    new Freight({ number: '1' }).id
    expectTypeOf<Shipment>().not.toHaveProperty('id')
  })

  test('may be an event, a value object, a projection or an entity', () => {
    expectTypeOf(new Refunded({ at: 0, amount: 1 }).payload).toEqualTypeOf<{ readonly at: Date; readonly amount: number | undefined }>()
    expectTypeOf(new Price({ value: 1, currency: 'EUR' }).isZero).toEqualTypeOf<boolean>()
    expectTypeOf(new Price({ value: 1, currency: 'EUR' }).replace({ value: 2 })).toEqualTypeOf<Price>()
    expectTypeOf(new PriceRow({ id: '1' }).value).toEqualTypeOf<number | undefined>()
    expectTypeOf(new Bundle({ sku: 'a' }).count).toEqualTypeOf<number>()
    // @ts-expect-error a required field of the abstract one
    new Refunded({ amount: 1 })
  })

  test('may declare an inherited field again', () => {
    class Strict extends domain.aggregate('Strict', { note: field.text({ required: true }) }, { extends: Payment }) {}
    expectTypeOf(new Strict({ amount: 1, note: '' }).note).toEqualTypeOf<string>()
    // @ts-expect-error required now
    new Strict({ amount: 1 })
  })

  test('extends an element', () => {
    // @ts-expect-error an element of another kind
    domain.aggregate('Odd', {}, { extends: Amount })
    // @ts-expect-error no element
    domain.aggregate('Odd', {}, { extends: Date })
    // @ts-expect-error an instance, not a class
    domain.aggregate('Odd', {}, { extends: new Money({ amount: 1 }) })
  })

  test('may be extended by a plain class', () => {
    class Special extends CardPayment {
      readonly kind = 'special'
    }
    expectTypeOf(new Special({ amount: 1, card: '1' }).refund()).toEqualTypeOf<number>()
    expectTypeOf(new Special({ amount: 1, card: '1' }).kind).toBeString()
  })
})
