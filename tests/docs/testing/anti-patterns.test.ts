import { Domain, field } from 'proteanjs'
import { DomainFixture, processAndWait } from 'proteanjs/testing'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

describe('without anybody who removes data', () => {
  const domain = new Domain('shop')
  class Order extends domain.aggregate('Order', { total: field.float({ default: 0 }) }) {}
  beforeAll(() => domain.init())
  afterAll(() => domain.close())

  // #region no-reset
  test('an order is stored', async () => {
    await domain.repositoryFor(Order).add(new Order({ total: 100 }))
  })

  test.fails('there are no orders', async () => {
    expect(await domain.repositoryFor(Order).query.count()).toBe(0) // the order of the test before is still there
  })
  // #endregion no-reset
})

describe('where events wait for an engine', () => {
  const domain = new Domain('shop', { config: { commandProcessing: 'sync', eventProcessing: 'async' } })
  class Order extends domain.aggregate('Order', { total: field.float({ default: 0 }) }) {}
  class PlaceOrder extends domain.command('PlaceOrder', { total: field.float({ required: true }) }, { partOf: Order }) {}
  domain.commandHandler('Orders', { partOf: Order }).handle(PlaceOrder, async ({ total }) => {
    await domain.repositoryFor(Order).add(new Order({ total }))
  })
  const fixture = new DomainFixture(domain)
  beforeAll(() => fixture.setup())
  afterAll(() => fixture.teardown())

  test('the testing kit refuses to wait in vain', async () => {
    await fixture.domainContext(async () => {
      // #region mixed
      await expect(processAndWait(new PlaceOrder({ total: 5 }))).rejects.toMatchObject({ code: 'PROCESSING_ASYNCHRONOUS' })
      // #endregion mixed
    })
  })
})
