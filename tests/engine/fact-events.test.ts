import { Engine, field } from 'proteanjs'
import { expect, test } from 'vitest'
import { TestDomain } from '../support/test-domain.ts'

async function openShop(isWhole: boolean) {
  const domain = new TestDomain('shop')
  domain.config.commandProcessing = 'async'
  domain.config.eventProcessing = 'async'
  class Order extends domain.aggregate(
    'Order',
    { id: field.identifier({ identifier: true }), total: field.integer() },
    { factEvents: true },
  ) {}
  class Report extends domain.projection('Report', { id: field.identifier({ identifier: true }), total: field.integer() }) {}
  const copy = async ({ id, total }: { id?: string | undefined; total?: number | undefined }) => {
    const reports = domain.repositoryFor(Report)
    const report = (await reports.find(id as string)) ?? new Report({ id: id as string })
    report.total = total
    await reports.add(report)
  }
  const OrderFact = domain.factEvent(Order)
  if (isWhole) domain.eventHandler('Reports', { streamCategory: 'shop::order:fact' }).handle('any', (event) => copy(event as never))
  else domain.projector('Reports', { projectorFor: Report }).on(OrderFact, copy)
  await domain.init()
  const work = async () => {
    const engine = new Engine(domain, { testMode: true })
    await engine.run()
    expect(engine.failures).toEqual([])
  }
  return { domain, Order, Report, work }
}

test.each([false, true])(
  'the state that an aggregate tells of reaches who handles it in the background (of the whole category: %s)',
  async (isWhole) => {
    const { domain, Order, Report, work } = await openShop(isWhole)
    await domain.repositoryFor(Order).add(new Order({ id: 'o1', total: 3 }))
    await work()
    expect((await domain.viewFor(Report).get('o1')).total).toBe(3)
    const order = await domain.repositoryFor(Order).get('o1')
    order.total = 5
    await domain.repositoryFor(Order).add(order)
    await work()
    expect((await domain.viewFor(Report).get('o1')).total).toBe(5)
  },
)
