import { currentPriority, DuplicateCommandError, field, Priority, withPriority } from 'proteanjs'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Shop } from '../support/shop.ts'
import { makeShop } from '../support/shop.ts'

const NOON = new Date('2026-01-01T12:00:00Z')
let shop: Shop
let now: Date

beforeEach(async () => {
  now = NOON
  shop = makeShop({ clock: { now: () => now } })
  await shop.domain.init()
})
afterEach(() => shop.domain.close())

function placeOrder() {
  return new shop.PlaceOrder({ customerId: 'c', sku: 's' })
}

async function lastMessage() {
  return (await shop.domain.eventStore.readAll({ limit: 100 })).messages.at(-1)
}

describe('an idempotency key', () => {
  test('runs the effect once; later submissions get the first result', async () => {
    const first = await shop.domain.process(placeOrder(), { idempotencyKey: 'k' })
    const second = await shop.domain.process(placeOrder(), { idempotencyKey: 'k' })
    expect(second).toBe(first)
    expect(await shop.domain.repositoryFor(shop.Order).count()).toBe(1)
  })

  test('W8: runs the effect once for concurrent submissions too (R1.18)', async () => {
    const results = await Promise.all(Array.from({ length: 8 }, () => shop.domain.process(placeOrder(), { idempotencyKey: 'k' })))
    expect(new Set(results).size).toBe(1)
    expect(await shop.domain.repositoryFor(shop.Order).count()).toBe(1)
  })

  test('can ask for an error instead, which carries the first result', async () => {
    const first = await shop.domain.process(placeOrder(), { idempotencyKey: 'k' })
    const again = shop.domain.process(placeOrder(), { idempotencyKey: 'k', raiseOnDuplicate: true })
    await expect(again).rejects.toBeInstanceOf(DuplicateCommandError)
    await expect(again).rejects.toMatchObject({ originalResult: first })
  })

  test('of a command that failed can be used again', async () => {
    const annotate = () => new shop.Annotate({ id: '1', note: 'x' })
    await expect(shop.domain.process(annotate(), { idempotencyKey: 'k' })).rejects.toMatchObject({ code: 'OBJECT_NOT_FOUND' })
    await shop.domain.repositoryFor(shop.Order).add(new shop.Order({ id: '1', customerId: 'c' }))
    await shop.domain.process(annotate(), { idempotencyKey: 'k' })
    expect((await shop.domain.repositoryFor(shop.Order).get('1')).note).toBe('x')
  })

  test('of one command means nothing to another', async () => {
    const id = await shop.domain.process(placeOrder(), { idempotencyKey: 'k' })
    await shop.domain.process(new shop.Annotate({ id, note: 'x' }), { idempotencyKey: 'k' })
    expect((await shop.domain.repositoryFor(shop.Order).get(id)).note).toBe('x')
  })

  test('travels in the headers, for handlers that call others', async () => {
    await shop.domain.process(placeOrder(), { idempotencyKey: 'k' })
    const { messages } = await shop.domain.eventStore.readAll({ limit: 1 })
    expect(messages[0]?.metadata.headers.idempotencyKey).toBe('k')
  })
})

describe('a deadline', () => {
  test('that has passed refuses the command before anything is stored', async () => {
    const late = shop.domain.process(placeOrder(), { deadline: new Date(NOON.getTime() - 1) })
    await expect(late).rejects.toMatchObject({ code: 'COMMAND_EXPIRED' })
    expect(await lastMessage()).toBeUndefined()
  })

  test('is not passed at that very instant', async () => {
    await expect(shop.domain.process(placeOrder(), { deadline: NOON })).resolves.toBeTypeOf('string')
  })

  test('can be given as seconds from now, and is inherited by commands that handlers send', async () => {
    const { domain, Order, OrderPlaced, Annotate } = shop
    domain.eventHandler('Note', { partOf: Order }).handle(OrderPlaced, async ({ orderId }) => {
      await domain.process(new Annotate({ id: orderId, note: 'x' }))
    })
    class Forward extends domain.command('Forward', {}, { partOf: Order }) {}
    domain.commandHandler('Forwarding', { partOf: Order }).handle(Forward, async () => {
      await domain.process(placeOrder())
    })
    await domain.init()
    await domain.process(new Forward({}), { timeout: 30 })
    const { messages } = await domain.eventStore.readAll({ limit: 10 })
    expect(
      messages.filter((message) => message.kind === 'COMMAND').map((message) => [message.type, message.metadata.headers.deadline]),
    ).toEqual([
      ['Shop.Forward.v1', new Date(NOON.getTime() + 30_000)],
      ['Shop.PlaceOrder.v1', new Date(NOON.getTime() + 30_000)],
      ['Shop.Annotate.v1', undefined],
    ])
  })

  test('falls back to the handler, then to what is configured', async () => {
    const { domain, Order } = shop
    await domain.close()
    domain.config.commandDefaultTimeout = 60
    class Slow extends domain.command('Slow', {}, { partOf: Order }) {}
    domain.commandHandler('SlowHandler', { partOf: Order, timeout: 5 }).handle(Slow, async () => undefined)
    await domain.init()
    await domain.process(new Slow({}))
    expect((await lastMessage())?.metadata.headers.deadline).toEqual(new Date(NOON.getTime() + 5000))
    await domain.process(placeOrder())
    const { messages } = await domain.eventStore.readAll({ limit: 10 })
    expect(messages[1]?.metadata.headers.deadline).toEqual(new Date(NOON.getTime() + 60_000))
  })

  test.each([
    [{ deadline: NOON, timeout: 1 }],
    [{ deadline: new Date(Number.NaN) }],
    [{ timeout: Number.NaN }],
    [{ timeout: '5' as unknown as number }],
    [{ priority: 1.5 }],
  ])('or priority that makes no sense is refused: %o', async (options) => {
    await expect(shop.domain.process(placeOrder(), options)).rejects.toMatchObject({ code: 'INCORRECT_USAGE' })
  })
})

describe('priority', () => {
  test('of a command goes on to its events and to the commands they lead to', async () => {
    const { domain, Order, OrderPlaced, Annotate } = shop
    domain.eventHandler('Note', { partOf: Order }).handle(OrderPlaced, async ({ orderId }) => {
      await domain.process(new Annotate({ id: orderId, note: String(currentPriority()) }))
    })
    await domain.init()
    await domain.process(placeOrder(), { priority: Priority.HIGH })
    const { messages } = await domain.eventStore.readAll({ limit: 10 })
    expect(messages.map((message) => message.metadata.domain.priority)).toEqual([50, 50, 50, 50])
  })

  test('can be set around a piece of code; the inner one wins and an explicit one beats both', async () => {
    const { domain } = shop
    await domain.run(() =>
      withPriority(Priority.BULK, async () => {
        await domain.process(placeOrder())
        await withPriority(Priority.HIGH, () => domain.process(placeOrder()))
        await domain.process(placeOrder(), { priority: Priority.CRITICAL })
      }),
    )
    const { messages } = await domain.eventStore.readAll({ limit: 10 })
    expect(messages.map((message) => message.metadata.domain.priority)).toEqual([-100, -100, 50, 50, 100, 100])
    expect(currentPriority()).toBe(0)
    expect(() => withPriority(1, () => 1)).toThrow(expect.objectContaining({ code: 'NO_CURRENT_DOMAIN' }))
  })
})

describe('an asynchronous command', () => {
  test('is stored and not handled; an explicit option beats what is configured', async () => {
    const id = await shop.domain.process(placeOrder(), { asynchronous: true })
    const message = await lastMessage()
    expect(message).toMatchObject({ id, kind: 'COMMAND' })
    expect(message?.metadata.domain.asynchronous).toBe(true)
    expect(await shop.domain.repositoryFor(shop.Order).count()).toBe(0)
  })

  test('is part of the unit of work it is sent in', async () => {
    const { domain } = shop
    await domain
      .unitOfWork(async () => {
        await domain.process(placeOrder(), { asynchronous: true })
        throw new Error('no')
      })
      .catch(() => undefined)
    expect(await lastMessage()).toBeUndefined()
  })
})

test('command enrichers add to the metadata; one that throws stops the command', async () => {
  const { domain } = shop
  domain.registerCommandEnricher(() => ({ tenant: 't', user: 'a' }))
  domain.registerCommandEnricher(() => ({ user: 'b' }))
  domain.registerCommandEnricher(() => undefined)
  await domain.process(placeOrder())
  const { messages } = await domain.eventStore.readAll({ limit: 1 })
  expect(messages[0]?.metadata.extensions).toEqual({ tenant: 't', user: 'b' })
  domain.registerCommandEnricher(() => {
    throw new Error('who are you?')
  })
  await expect(domain.process(placeOrder())).rejects.toThrow('who are you?')
})

test('a handler result that no key could give back later is refused, and nothing is committed', async () => {
  const { domain, Order } = shop
  class Odd extends domain.command('Odd', {}, { partOf: Order, returns: field.json() }) {}
  domain.commandHandler('OddHandler', { partOf: Order }).handle(Odd, async () => {
    await domain.repositoryFor(Order).add(new Order({ customerId: 'c' }))
    return (() => 1) as never
  })
  await domain.init()
  await expect(domain.process(new Odd({}), { idempotencyKey: 'k' })).rejects.toMatchObject({ code: 'INCORRECT_USAGE' })
  expect(await domain.repositoryFor(Order).count()).toBe(0)
})
