import { Domain } from 'proteanjs'
import { DomainFixture } from 'proteanjs/testing'
import { expect, test, vi } from 'vitest'
import { makeShop } from './shop.ts'

export interface SeparateStores {
  readonly database: Readonly<Record<string, unknown>>
  readonly eventStore: Readonly<Record<string, unknown>>
  dispose?(): Promise<void>
}

/** The tests of a domain whose rows and events are in two places. */
export function separateEventsTests(make: () => Promise<SeparateStores>): void {
  async function inShop(body: (shop: ReturnType<typeof makeShop>) => Promise<void>): Promise<void> {
    const { database, eventStore, dispose } = await make()
    const domain = new Domain('shop', { config: { databases: { default: database }, eventStore } })
    const shop = makeShop({}, domain)
    const fixture = new DomainFixture(domain)
    await fixture.setup()
    try {
      await fixture.domainContext(() => body(shop))
      expect((await domain.eventStore.readAll({ limit: 10 })).messages).toEqual([])
    } finally {
      await fixture.teardown()
      await dispose?.()
    }
  }
  const placeOrder = ({ domain, PlaceOrder }: ReturnType<typeof makeShop>) =>
    domain.process(new PlaceOrder({ customerId: 'c', sku: 's', quantity: 2 }))

  test('events are in the event store when the command has been processed, and in the database no more', () =>
    inShop(async (shop) => {
      const id = await placeOrder(shop)
      const [event] = await shop.domain.eventStore.readStream(`shop::order-${id}`, { limit: 10 })
      expect(event).toMatchObject({
        type: 'Shop.OrderPlaced.v1',
        data: { orderId: id, quantity: 2 },
        metadata: { domain: { sequenceId: '0.1' } },
      })
      expect(event?.causationId).toBeDefined()
      const own = shop.domain.providers.get('default')?.database.events
      expect(own).not.toBe(shop.domain.eventStore)
      expect(await own?.readAll({ limit: 10 })).toMatchObject({ messages: [] })
    }))

  test('later events follow earlier ones', () =>
    inShop(async (shop) => {
      const id = await placeOrder(shop)
      for (const note of ['a', 'b', 'c']) await shop.domain.process(new shop.Annotate({ id, note }))
      const events = await shop.domain.eventStore.readStream(`shop::order-${id}`, { limit: 10 })
      expect(events.map(({ metadata, stored }) => [metadata.domain.sequenceId, stored?.position])).toEqual([
        ['0.1', 0],
        ['1.1', 1],
        ['2.1', 2],
        ['3.1', 3],
      ])
    }))

  test('a unit of work that fails leaves events nowhere', () =>
    inShop(async (shop) => {
      const { domain, Order } = shop
      await expect(
        domain.unitOfWork(async () => {
          const order = new Order({ customerId: 'c', lines: [new shop.Line({ sku: 's', quantity: 1 })] })
          order.place()
          await domain.repositoryFor(Order).add(order)
          await domain.repositoryFor(Order).query.count()
          throw new Error('no')
        }),
      ).rejects.toThrow('no')
      await placeOrder(shop)
      await expect
        .poll(async () => (await domain.eventStore.readAll({ limit: 10 })).messages.map(({ type }) => type))
        .toEqual(['Shop.PlaceOrder.v1', 'Shop.OrderPlaced.v1'])
    }))

  test('while the event store fails, commands succeed and events wait; the next start brings them', () =>
    inShop(async (shop) => {
      const { domain } = shop
      vi.spyOn(process, 'emitWarning').mockImplementation(() => undefined)
      const append = vi.spyOn(domain.eventStore, 'append').mockRejectedValue(new Error('down'))
      const id = await placeOrder(shop)
      await domain.process(new shop.Annotate({ id, note: 'n' }))
      expect(append).toHaveBeenCalled()
      append.mockRestore()
      expect(await domain.eventStore.lastMessage(`shop::order-${id}`)).toBeUndefined()
      // On a database that outlives the domain's being closed, a new start would do the same.
      const stock = new shop.Stock({ sku: 's', left: 1 })
      await domain.repositoryFor(shop.Stock).add(stock)
      await expect
        .poll(async () => (await domain.eventStore.readStream(`shop::order-${id}`, { limit: 10 })).map(({ type }) => type), {
          timeout: 5000,
        })
        .toEqual(['Shop.OrderPlaced.v1', 'Shop.OrderNoted.v1'])
    }))
}
