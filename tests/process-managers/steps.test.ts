import { field, ReactionError, ValidationError } from 'proteanjs'
import { describe, expect, test } from 'vitest'
import { makeFulfilment, openFulfilment } from './fulfilment.ts'

describe('an event and its process', () => {
  test('begins a process where there is none', async () => {
    const { OrderPlaced, happen, find } = await openFulfilment()
    await happen(new OrderPlaced({ orderId: 'o1', total: 10 }))
    expect(await find('o1')).toMatchObject({ id: 'o1', orderId: 'o1', total: 10, _version: 0, _ended: false })
  })

  test('goes on with the process when the event that would begin it finds it begun', async () => {
    const { OrderPlaced, happen, find } = await openFulfilment()
    await happen(new OrderPlaced({ orderId: 'o1', total: 10 }))
    await happen(new OrderPlaced({ orderId: 'o1', total: 20 }))
    expect(await find('o1')).toMatchObject({ total: 20, started: 2, _version: 1 })
  })

  test('does nothing where no process was begun', async () => {
    const { domain, OrderPacked, Fulfilment, happen } = await openFulfilment()
    await happen(new OrderPacked({ orderId: 'o1' }))
    expect(await domain.viewFor(Fulfilment).count()).toBe(0)
    expect(await domain.processHistory(Fulfilment, 'o1')).toEqual([])
  })

  test('belongs to no process when it does not say to which', async () => {
    const { domain, OrderPlaced, OrderPaid, Fulfilment, happen } = await openFulfilment()
    await happen(new OrderPlaced({ orderId: 'o1' }))
    await happen(new OrderPaid({ amount: 10 }))
    expect(await domain.viewFor(Fulfilment).query.all()).toMatchObject({ items: [{ id: 'o1', paid: 0 }] })
  })

  test('does not reach a process that is over', async () => {
    const { domain, OrderPlaced, OrderPaid, OrderClosed, Fulfilment, happen, find } = await openFulfilment()
    await happen(new OrderPlaced({ orderId: 'o1', total: 10 }))
    await happen(new OrderClosed({ orderId: 'o1' }))
    await happen(new OrderPaid({ reference: 'o1', amount: 10 }))
    await happen(new OrderPlaced({ orderId: 'o1', total: 99 }))
    expect(await find('o1')).toMatchObject({ total: 10, paid: 0, _ended: true, _version: 1 })
    expect(await domain.processHistory(Fulfilment, 'o1')).toHaveLength(2)
  })

  test('changes nothing when it is delivered again', async () => {
    const { OrderPlaced, OrderPaid, OrderPacked, happen, find, seen } = await openFulfilment()
    const events = [
      new OrderPlaced({ orderId: 'o1', total: 10 }),
      new OrderPaid({ reference: 'o1', amount: 5 }),
      new OrderPaid({ reference: 'o1', amount: 5 }),
      new OrderPacked({ orderId: 'o1', boxes: 2 }),
    ]
    for (const event of [...events, ...events]) await happen(event)
    expect(await find('o1')).toMatchObject({ paid: 10, boxes: 2, started: 1, _version: 3 })
    expect(seen).toEqual(['ship o1 in 2'])
  })

  test('reaches its own process among many', async () => {
    const { OrderPlaced, OrderPacked, happen, find } = await openFulfilment()
    for (const orderId of ['o1', 'o2', 'o3']) await happen(new OrderPlaced({ orderId, total: 10 }))
    await happen(new OrderPacked({ orderId: 'o2' }))
    expect((await Promise.all(['o1', 'o2', 'o3'].map(find))).map((process) => process?.boxes)).toEqual([0, 1, 0])
  })
})

describe('a step', () => {
  test('leaves nothing when its handler fails', async () => {
    const { domain, OrderPlaced, OrderPaid, Fulfilment, happen, find, hooks, seen } = await openFulfilment()
    await happen(new OrderPlaced({ orderId: 'o1', total: 10 }))
    hooks.gate = () => Promise.reject(new Error('no connection'))
    const paid = new OrderPaid({ reference: 'o1', amount: 10 })
    const failure = await happen(paid).catch((error: unknown) => error)
    expect(failure).toBeInstanceOf(ReactionError)
    expect((failure as ReactionError).failures).toMatchObject([{ handler: 'Fulfilment', messageType: 'Shop.OrderPaid.v1' }])
    expect(await find('o1')).toMatchObject({ paid: 0, _version: 0 })
    expect(await domain.processHistory(Fulfilment, 'o1')).toHaveLength(1)
    hooks.gate = undefined
    await happen(paid)
    expect(await find('o1')).toMatchObject({ paid: 10, _version: 1 })
    expect(seen).toEqual([])
  })

  test('stands when a command that it sent fails, and the failure is that of the command', async () => {
    const { domain, OrderPlaced, OrderPacked, Fulfilment, happen, find, hooks } = await openFulfilment()
    hooks.shipping = () => {
      throw new ValidationError({ orderId: ['cannot be shipped'] })
    }
    await happen(new OrderPlaced({ orderId: 'o1' }))
    const failure = await happen(new OrderPacked({ orderId: 'o1' })).catch((error: unknown) => error)
    expect((failure as ReactionError).failures).toMatchObject([{ handler: 'Orders', messageType: 'Shop.ShipOrder.v1' }])
    expect(await find('o1')).toMatchObject({ shipped: true, _version: 1 })
    expect(await domain.processHistory(Fulfilment, 'o1')).toHaveLength(2)
    expect((await domain.eventStore.readAll({ limit: 10 })).messages).toEqual([])
  })

  test('must leave a value in what is required', async () => {
    const { domain, OrderPlaced, happen } = makeFulfilment()
    class Forgetful extends domain.processManager('Forgetful', { orderId: field.identifier(), note: field.string({ required: true }) }) {
      static {
        this.handle(OrderPlaced, { start: true, correlate: 'orderId' }, () => {})
      }
    }
    await domain.init({ traverse: false })
    const failure = await happen(new OrderPlaced({ orderId: 'o1' })).catch((error: unknown) => error)
    expect((failure as ReactionError).failures).toMatchObject([{ handler: 'Forgetful', error: { messages: { note: ['is required'] } } }])
    expect(await domain.viewFor(Forgetful).count()).toBe(0)
  })
})

describe('two events of one process at once', () => {
  test('are both handled, the second on what the first has left', async () => {
    const { OrderPlaced, OrderPaid, happen, find, hooks } = await openFulfilment()
    await happen(new OrderPlaced({ orderId: 'o1', total: 100 }))
    let waiting = 0
    let open: () => void = () => {}
    const both = new Promise<void>((resolve) => {
      open = resolve
    })
    // Each has read the process before the other saves it.
    hooks.gate = async () => {
      waiting += 1
      if (waiting === 2) open()
      await both
    }
    await Promise.all([5, 7].map((amount) => happen(new OrderPaid({ reference: 'o1', amount }))))
    expect(waiting).toBe(3)
    expect(await find('o1')).toMatchObject({ paid: 12, _version: 2 })
  })

  test('begin it once, when both would', async () => {
    const { domain, OrderPlaced, Fulfilment, happen, find } = await openFulfilment()
    await Promise.all(Array.from({ length: 3 }, (_, index) => happen(new OrderPlaced({ orderId: 'o1', total: index }))))
    expect(await find('o1')).toMatchObject({ started: 3, _version: 2 })
    expect(await domain.processHistory(Fulfilment, 'o1')).toHaveLength(3)
  })

  test('count once, when they are two deliveries of one', async () => {
    const { OrderPlaced, OrderPaid, OrderPacked, happen, find, seen } = await openFulfilment()
    await happen(new OrderPlaced({ orderId: 'o1', total: 5 }))
    await happen(new OrderPacked({ orderId: 'o1' }))
    const paid = new OrderPaid({ reference: 'o1', amount: 5 })
    await Promise.all([happen(paid), happen(paid), happen(paid)])
    expect(await find('o1')).toMatchObject({ paid: 5, _version: 2 })
    expect(seen).toEqual(['ship o1 in 1'])
  })
})
