import type { Domain } from 'proteanjs'
import { field } from 'proteanjs'
import { describe, expectTypeOf, test } from 'vitest'
import { domain, Money, Order, OrderBoard, OrderPlaced, PlaceOrder, ShipOrder } from './shop.ts'

const fields = { customerId: field.identifier({ required: true }) }
const partOf = 'OrderBoard'

class Count extends domain.query('Count', fields, { partOf, returns: field.integer() }) {}
class Oldest extends domain.query('Oldest', fields, { partOf, returns: field.dateTime() }) {}
class States extends domain.query('States', fields, { partOf, returns: field.list(field.status(['open', 'closed'])) }) {}
class Total extends domain.query('Total', fields, { partOf, returns: field.valueObject(Money) }) {}
class One extends domain.query('One', fields, { partOf, returns: OrderBoard }) {}
class Many extends domain.query('Many', fields, { partOf, returns: [OrderBoard] }) {}
class Names extends domain.query('Names', fields, { partOf, returns: [field.string()] }) {}
class Report extends domain.query('Report', fields, { partOf, returns: field.json<{ lines: number }>() }) {}
class Untold extends domain.query('Untold', fields, { partOf }) {}

const input = { customerId: 'c-1' }

describe('processing a command', () => {
  test('gives what the command declares', async () => {
    const placed = domain.process(new PlaceOrder({ orderId: 'o-1', customerId: 'c-1' }))
    expectTypeOf(placed).toEqualTypeOf<Promise<string>>()
    expectTypeOf(domain.process(new ShipOrder({ orderId: 'o-1' }))).toEqualTypeOf<Promise<void>>()
    class Weigh extends domain.command('Weigh', {}, { partOf: 'Order', returns: field.float() }) {}
    expectTypeOf(domain.process(new Weigh({}))).toEqualTypeOf<Promise<number>>()
    class Price extends domain.command('Price', {}, { partOf: 'Order', returns: field.valueObject(Money) }) {}
    expectTypeOf(domain.process(new Price({}))).toEqualTypeOf<Promise<Money>>()
    class Tags extends domain.command('Tags', {}, { partOf: 'Order', returns: field.list(field.string()) }) {}
    expectTypeOf(domain.process(new Tags({}))).toEqualTypeOf<Promise<readonly string[]>>()
  })

  test('takes options', () => {
    const command = new ShipOrder({ orderId: 'o-1' })
    domain.process(command, { asynchronous: true, priority: 3, idempotencyKey: 'k', raiseOnDuplicate: true })
    domain.process(command, { correlationId: 'c', deadline: new Date(0) })
    domain.process(command, { timeout: 3 })
    // @ts-expect-error no such option
    domain.process(command, { async: true })
    // @ts-expect-error seconds
    domain.process(command, { timeout: '3' })
  })

  test('takes commands only', () => {
    // @ts-expect-error an event
    domain.process(new OrderPlaced({ orderId: 'o-1', total: 1 }))
    // @ts-expect-error a query
    domain.process(new Count(input))
    // @ts-expect-error an aggregate
    domain.process(new Order(input))
    // @ts-expect-error a class
    domain.process(ShipOrder)
  })

  test('a command inherits from an abstract one', () => {
    class OfOrder extends domain.command(
      'OfOrder',
      { orderId: field.identifier({ required: true }) },
      { partOf: 'Order', abstract: true },
    ) {}
    class Cancel extends domain.command(
      'Cancel',
      { reason: field.text() },
      { partOf: 'Order', extends: OfOrder, returns: field.boolean() },
    ) {}
    const cancel = new Cancel({ orderId: 'o-1' })
    expectTypeOf(cancel.payload.orderId).toEqualTypeOf<string>()
    expectTypeOf(cancel.payload.reason).toEqualTypeOf<string | undefined>()
  })
})

describe('dispatching a query', () => {
  test('gives what the query declares, in all its forms', () => {
    expectTypeOf(domain.dispatch(new Count(input))).toEqualTypeOf<Promise<number>>()
    expectTypeOf(domain.dispatch(new Oldest(input))).toEqualTypeOf<Promise<Date>>()
    expectTypeOf(domain.dispatch(new States(input))).toEqualTypeOf<Promise<readonly ('open' | 'closed')[]>>()
    expectTypeOf(domain.dispatch(new Total(input))).toEqualTypeOf<Promise<Money>>()
    expectTypeOf(domain.dispatch(new One(input))).toEqualTypeOf<Promise<OrderBoard>>()
    expectTypeOf(domain.dispatch(new Many(input))).toEqualTypeOf<Promise<readonly OrderBoard[]>>()
    expectTypeOf(domain.dispatch(new Names(input))).toEqualTypeOf<Promise<readonly string[]>>()
    expectTypeOf(domain.dispatch(new Report(input))).toEqualTypeOf<Promise<{ lines: number }>>()
    expectTypeOf(domain.dispatch(new Untold(input))).toEqualTypeOf<Promise<unknown>>()
  })

  test('is answered by a handler that gives that', () => {
    const handler = domain.queryHandler('BoardQueries', { partOf: OrderBoard })
    handler.handle(Many, async () => [new OrderBoard({ orderId: 'o-1' })])
    handler.handle(Untold, async () => 'anything')
    // @ts-expect-error one instead of many
    handler.handle(Many, async () => new OrderBoard({ orderId: 'o-1' }))
    // @ts-expect-error many instead of one
    handler.handle(One, async () => [new OrderBoard({ orderId: 'o-1' })])
    // @ts-expect-error other objects
    handler.handle(Many, async () => [new Money({ amount: 1 })])
  })

  test('takes queries only', () => {
    // @ts-expect-error a command
    domain.dispatch(new ShipOrder({ orderId: 'o-1' }))
    // @ts-expect-error neither a field nor a class
    domain.query('Odd', {}, { partOf, returns: 'string' })
    // @ts-expect-error one kind of item
    domain.query('Odd', {}, { partOf, returns: [OrderBoard, Money] })
  })
})

describe('running code in a domain', () => {
  test('keeps the types of what the code gives back', () => {
    expectTypeOf(domain.run(() => 3)).toEqualTypeOf<number>()
    expectTypeOf(domain.run({ user: 'u-1' }, async () => 'x')).toEqualTypeOf<Promise<string>>()
    expectTypeOf(domain.unitOfWork(async () => ({ a: 1 }))).toEqualTypeOf<Promise<{ a: number }>>()
    expectTypeOf(domain).toEqualTypeOf<Domain>()
    // @ts-expect-error a unit of work is asynchronous
    domain.unitOfWork(() => 3)
  })
})
