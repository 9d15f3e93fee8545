import type { EventMessage, FailureDecision, Message, StoredPosition } from 'proteanjs'
import { field } from 'proteanjs'
import { describe, expectTypeOf, test } from 'vitest'
import { Customer, domain, Money, Order, OrderBoard, OrderPlaced, PlaceOrder, ShipOrder } from './shop.ts'

class CountOrders extends domain.query(
  'CountOrders',
  { customerId: field.identifier({ required: true }) },
  { partOf: 'OrderBoard', returns: field.integer() },
) {}

describe('a command handler', () => {
  const handler = domain.commandHandler('OrderCommands', { partOf: Order })

  test('gets the command and its message', () => {
    handler.handle(PlaceOrder, async (command, message) => {
      expectTypeOf(command).toEqualTypeOf<PlaceOrder>()
      expectTypeOf(command.customerId).toEqualTypeOf<string>()
      expectTypeOf(command.total).toEqualTypeOf<number | undefined>()
      expectTypeOf(message).toEqualTypeOf<Message>()
      expectTypeOf(message.correlationId).toEqualTypeOf<string | undefined>()
      expectTypeOf(message.stored).toEqualTypeOf<StoredPosition | undefined>()
      return command.orderId
    })
  })

  test('gives back what the command declares', () => {
    handler.handle(PlaceOrder, async ({ orderId }) => orderId)
    // @ts-expect-error a number instead of a text
    handler.handle(PlaceOrder, async () => 1)
    // @ts-expect-error nothing instead of a text
    handler.handle(PlaceOrder, async () => {})
    // @ts-expect-error a promise is wanted
    handler.handle(PlaceOrder, ({ orderId }) => orderId)
    handler.handle(ShipOrder, async () => {})
    // @ts-expect-error a result that nobody declared
    handler.handle(ShipOrder, async ({ orderId }) => orderId)
  })

  test('handles commands only', () => {
    // @ts-expect-error an event
    handler.handle(OrderPlaced, async () => {})
    // @ts-expect-error an aggregate
    handler.handle(Customer, async () => {})
    // @ts-expect-error a value object
    handler.handle(Money, async () => {})
    // @ts-expect-error an instance
    handler.handle(new ShipOrder({ orderId: '1' }), async () => {})
  })

  test('can be chained, and told what to do about failures', () => {
    expectTypeOf(handler.handle(ShipOrder, async () => {})).toEqualTypeOf(handler)
    handler.onError(async (error, message) => {
      expectTypeOf(error).toEqualTypeOf<unknown>()
      expectTypeOf(message).toEqualTypeOf<Message>()
      return 'retry'
    })
    handler.onError(async () => {})
    // @ts-expect-error no such decision
    handler.onError(async () => 'ignore')
    expectTypeOf<FailureDecision>().toEqualTypeOf<'retry' | 'skip' | 'dead-letter' | undefined | void>()
  })
})

describe('an event handler', () => {
  const handler = domain.eventHandler('OrderEvents', { partOf: Order })

  test('gets the event and its message', () => {
    handler
      .handle(OrderPlaced, async (event, message) => {
        expectTypeOf(event).toEqualTypeOf<OrderPlaced>()
        expectTypeOf(event.placedAt).toEqualTypeOf<Date | undefined>()
        expectTypeOf(event.payload.total).toEqualTypeOf<number>()
        expectTypeOf(message).toEqualTypeOf<Message>()
      })
      .handle('any', async (event) => {
        expectTypeOf(event).toEqualTypeOf<EventMessage>()
      })
      .onError(async () => 'dead-letter')
  })

  test('handles events only, and gives nothing back', () => {
    // @ts-expect-error a command
    handler.handle(ShipOrder, async () => {})
    // @ts-expect-error a name
    handler.handle('OrderPlaced', async () => {})
    // @ts-expect-error a result
    handler.handle(OrderPlaced, async (event) => event.total)
    // @ts-expect-error a promise is wanted
    handler.handle(OrderPlaced, () => {})
  })
})

describe('a projector', () => {
  const projector = domain.projector('Boards', { projectorFor: OrderBoard, aggregates: [Order] })

  test('gets the event and its message', () => {
    projector.on(OrderPlaced, async (event, message) => {
      expectTypeOf(event).toEqualTypeOf<OrderPlaced>()
      expectTypeOf(message).toEqualTypeOf<Message>()
      await domain.repositoryFor(OrderBoard).add(new OrderBoard({ orderId: event.orderId, total: event.total }))
    })
    // @ts-expect-error a command
    projector.on(ShipOrder, async () => {})
    // @ts-expect-error a result
    projector.on(OrderPlaced, async (event) => event.total)
  })
})

describe('a query handler', () => {
  const handler = domain.queryHandler('BoardQueries', { partOf: OrderBoard })

  test('gets the query, and gives back what it declares', () => {
    handler.handle(CountOrders, async (query) => {
      expectTypeOf(query).toEqualTypeOf<CountOrders>()
      return query.customerId.length
    })
    // @ts-expect-error a text instead of a number
    handler.handle(CountOrders, async (query) => query.customerId)
    // @ts-expect-error a command
    handler.handle(ShipOrder, async () => {})
  })
})

describe('declaring handlers', () => {
  test('refuses unknown options', () => {
    // @ts-expect-error it is partOf
    domain.commandHandler('H', { aggregate: Order })
    // @ts-expect-error part of what?
    domain.commandHandler('H', {})
    // @ts-expect-error no such option
    domain.eventHandler('H', { partOf: Order, stream: 'order' })
    // @ts-expect-error no such option
    domain.projector('H', { projectorFor: OrderBoard, aggregate: Order })
    // @ts-expect-error for which projection?
    domain.projector('H', { aggregates: [Order] })
  })
})
