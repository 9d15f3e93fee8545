import type { JsonObject } from 'proteanjs'
import { field } from 'proteanjs'
import { describe, expectTypeOf, test } from 'vitest'
import { Customer, domain, Money, Order, OrderBoard, OrderLine, OrderPlaced, PlaceOrder } from './shop.ts'

const order = new Order({ customerId: 'c-1' })
const board = new OrderBoard({ orderId: 'o-1' })
const money = new Money({ amount: 1 })
const placed = new OrderPlaced({ orderId: 'o-1', total: 1 })

describe('properties', () => {
  test('are undefined only where a field may be absent', () => {
    expectTypeOf(order.orderId).toEqualTypeOf<string>()
    expectTypeOf(order.customerId).toEqualTypeOf<string>()
    expectTypeOf(order.status).toEqualTypeOf<'draft' | 'placed' | 'shipped'>()
    expectTypeOf(order.total).toEqualTypeOf<number>()
    expectTypeOf(order.note).toEqualTypeOf<string | undefined>()
    expectTypeOf(order.tags).toEqualTypeOf<readonly string[]>()
    expectTypeOf(order.price).toEqualTypeOf<Money | undefined>()
    expectTypeOf(board.status).toEqualTypeOf<string | undefined>()
    expectTypeOf(placed.placedAt).toEqualTypeOf<Date | undefined>()
    expectTypeOf(placed.channel).toEqualTypeOf<'web' | 'shop'>()
  })

  test('include an id where no field is the identifier, and only there', () => {
    expectTypeOf(new Customer({ name: 'x' }).id).toEqualTypeOf<string>()
    expectTypeOf(new OrderLine({ sku: 'x' }).id).toEqualTypeOf<string>()
    // @ts-expect-error its identifier is orderId
    order.id
    // @ts-expect-error a value has no identity
    money.id
    // @ts-expect-error a message has no identity among its fields
    placed.id
  })

  test('of aggregates, entities and projections can be assigned', () => {
    order.status = 'placed'
    order.note = undefined
    order.tags = [...order.tags, 'new']
    order.price = money
    order.lines = [new OrderLine({ sku: 'a' })] as never
    board.total += 1
    new OrderLine({ sku: 'x' }).quantity = 2
    // @ts-expect-error not one of the states
    order.status = 'lost'
    // @ts-expect-error always there
    order.total = undefined
    // @ts-expect-error a list is replaced, not changed
    order.tags.push('new')
  })

  test('of value objects and messages cannot', () => {
    // @ts-expect-error immutable
    money.amount = 2
    // @ts-expect-error immutable
    placed.total = 2
    // @ts-expect-error immutable
    placed.payload.total = 2
    // @ts-expect-error immutable
    new PlaceOrder({ orderId: 'o-1', customerId: 'c-1' }).total = 1
  })

  test('that no field declares do not exist', () => {
    // @ts-expect-error no such field
    order.totl
    // @ts-expect-error no such field
    order.totl = 1
  })
})

describe('what every element has', () => {
  test('aggregates: identity, version, events, plain form', () => {
    expectTypeOf(order._id).toEqualTypeOf<string | undefined>()
    expectTypeOf(order._version).toEqualTypeOf<number>()
    expectTypeOf(order._events).items.toHaveProperty('payload')
    expectTypeOf(order.toObject()).toEqualTypeOf<JsonObject>()
    expectTypeOf(order.equals(money)).toEqualTypeOf<boolean>()
    expectTypeOf(order.atomic(() => 3)).toEqualTypeOf<number>()
    // @ts-expect-error not for users to set
    order._version = 3
  })

  test('value objects: hash, equality, replacement', () => {
    expectTypeOf(money.hash).toEqualTypeOf<string>()
    expectTypeOf(money.equals(money)).toEqualTypeOf<boolean>()
    expectTypeOf(money.replace({ amount: 2 })).toEqualTypeOf<Money>()
    expectTypeOf(money.replace({ note: undefined })).toEqualTypeOf<Money>()
    expectTypeOf(money.replace({}).plus(money)).toEqualTypeOf<Money>()
    // @ts-expect-error no such part
    money.replace({ amunt: 2 })
    // @ts-expect-error of another type
    money.replace({ amount: '2' })
  })

  test('messages: the payload, typed', () => {
    expectTypeOf(placed.payload).toEqualTypeOf<
      Readonly<{ orderId: string; total: number; placedAt: Date | undefined; channel: 'web' | 'shop' }>
    >()
    new OrderBoard({ ...placed.payload, status: 'placed' })
    expectTypeOf(new PlaceOrder({ orderId: 'o-1', customerId: 'c-1' }).payload.customerId).toEqualTypeOf<string>()
    // @ts-expect-error projections have no payload
    board.payload
  })

  test('values and messages raise nothing and have no version', () => {
    // @ts-expect-error only aggregates and entities raise events
    money.raise(placed)
    // @ts-expect-error only aggregates and entities raise events
    board.raise(placed)
    // @ts-expect-error a projection has no version
    board._version
  })

  test('every element class is a Standard Schema of its input and its instances', () => {
    type Standard = (typeof PlaceOrder)['~standard']
    expectTypeOf<NonNullable<Standard['types']>['output']>().toHaveProperty('customerId')
    expectTypeOf<NonNullable<Standard['types']>['input']>().toEqualTypeOf<{
      orderId: string
      customerId: string
      total?: number | undefined
    }>()
  })

  test('elements of different kinds are not mistaken for each other', () => {
    class Same extends domain.event('Same', { orderId: field.identifier({ required: true }) }, { partOf: 'Order' }) {}
    class AsCommand extends domain.command('AsCommand', { orderId: field.identifier({ required: true }) }, { partOf: 'Order' }) {}
    expectTypeOf<AsCommand>().not.toExtend<Same>()
    expectTypeOf<Same>().not.toExtend<AsCommand>()
    expectTypeOf<Customer>().not.toExtend<Money>()
  })
})
