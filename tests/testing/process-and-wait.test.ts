import { ReactionError } from 'proteanjs'
import { processAndWait } from 'proteanjs/testing'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { ShopWithDashboard } from './shop-with-dashboard.ts'
import { makeShopWithDashboard } from './shop-with-dashboard.ts'

let shop: ShopWithDashboard

beforeEach(() => {
  shop = makeShopWithDashboard()
})
afterEach(() => shop.domain.close())

const withCode = (code: string) => expect.objectContaining({ code })
const place = (sku = 's') => new shop.PlaceOrder({ customerId: 'c', sku, quantity: 2 })
const stock = (left: number) => shop.domain.repositoryFor(shop.Stock).add(new shop.Stock({ sku: 's', left }))

describe('a command that succeeds', () => {
  test('gives its result, typed, and all that followed from it, in order', async () => {
    await shop.domain.init()
    await stock(5)
    const placed = await processAndWait(place())
    expect(placed).toMatchObject({ succeeded: true, failed: false, error: undefined })
    if (placed.failed) throw placed.error
    const id: string = placed.result
    expect(placed.events.types).toEqual([shop.OrderPlaced, shop.StockTaken])
    expect(placed.events.get(shop.OrderPlaced).orderId).toBe(id)
  })

  test('has no part in the events of others', async () => {
    await shop.domain.init()
    await processAndWait(place())
    expect((await processAndWait(place())).events).toHaveLength(1)
  })

  test('takes the options of process', async () => {
    await shop.domain.init()
    const first = await processAndWait(place(), { idempotencyKey: 'k', correlationId: 'mine' })
    const again = await processAndWait(place(), { idempotencyKey: 'k' })
    expect(again.result).toBe(first.result)
    expect(again.events).toHaveLength(0)
    expect(await shop.domain.eventStore.correlated('mine')).toHaveLength(2)
  })
})

describe('a command that fails', () => {
  test('has its error in the result, and no events', async () => {
    await shop.domain.init()
    const taken = await processAndWait(new shop.Take({ sku: 'nowhere', quantity: 1 }))
    expect(taken).toMatchObject({ succeeded: false, failed: true, result: undefined, error: { code: 'OBJECT_NOT_FOUND' } })
    expect(taken.events).toHaveLength(0)
  })

  test('in a reaction only, has its result and events too', async () => {
    await shop.domain.init()
    await stock(1)
    const placed = await processAndWait(place())
    expect(placed.failed).toBe(true)
    expect(placed.error).toBeInstanceOf(ReactionError)
    expect(await shop.domain.repositoryFor(shop.Order).find(placed.result ?? '')).toBeDefined()
    expect(placed.events.types).toEqual([shop.OrderPlaced])
  })
})

describe('used in the wrong way', () => {
  test.each([
    ['commandProcessing', 'async', 'sync'],
    ['eventProcessing', 'sync', 'async'],
  ] as const)('it does not pretend to wait where %s is asynchronous', async (mode, command, event) => {
    shop.domain.config.commandProcessing = command
    shop.domain.config.eventProcessing = event
    await shop.domain.init()
    await expect(processAndWait(place())).rejects.toThrow(withCode('PROCESSING_ASYNCHRONOUS'))
    await expect(processAndWait(place())).rejects.toThrow(mode)
    expect(await shop.domain.repositoryFor(shop.Order).query.count()).toBe(0)
  })

  test('what is no command is refused', async () => {
    await shop.domain.init()
    await expect(processAndWait(new shop.Order({ customerId: 'c' }) as never)).rejects.toThrow(withCode('NOT_A_COMMAND'))
    await expect(processAndWait(undefined as never)).rejects.toThrow(withCode('NOT_A_COMMAND'))
  })

  test('mistakes of the test or of the wiring are thrown, not taken for a failure of the command', async () => {
    await expect(processAndWait(place())).rejects.toThrow(withCode('DOMAIN_NOT_INITIALIZED'))
    await shop.domain.init()
    await expect(processAndWait(place(), { priority: 0.5 })).rejects.toThrow(withCode('INCORRECT_USAGE'))
  })
})
