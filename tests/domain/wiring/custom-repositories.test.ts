import { Domain, field } from 'proteanjs'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { problemsOf } from './mistakes.ts'

let domain: Domain

beforeEach(() => {
  domain = new Domain('shop')
})
afterEach(() => domain.close())

test('a custom repository is that of its element, for whoever asks for either', async () => {
  class Order extends domain.aggregate('Order', {}) {}
  class Orders extends domain.repository(Order) {}
  await domain.init()
  const orders = domain.repositoryFor(Orders)
  expect(orders).toBeInstanceOf(Orders)
  expect([domain.repositoryFor(Orders), domain.repositoryFor(Order)]).toEqual([orders, orders])
  expect(domain.repositoryFor(Order)).toBe(orders)
})

test('repositories of the same name, and of elements of the same name in two domains, are kept apart', async () => {
  const other = new Domain('other')
  const mine = domain.aggregate('Order', {})
  const theirs = other.aggregate('Order', {})
  const Mine = class Repository extends domain.repository(mine) {}
  const Theirs = class Repository extends other.repository(theirs) {}
  const Stocks = class Repository extends domain.repository(domain.aggregate('Stock', {})) {}
  await domain.init()
  await other.init()
  for (const [place, repository] of [
    [domain, Mine],
    [other, Theirs],
    [domain, Stocks],
  ] as const)
    expect(place.repositoryFor(repository)).toBeInstanceOf(repository)
  expect(domain.repositoryFor(mine)).toBeInstanceOf(Mine)
  expect(other.repositoryFor(theirs)).toBeInstanceOf(Theirs)
  await other.close()
})

test('a repository that extends another takes its place', async () => {
  class Order extends domain.aggregate('Order', {}) {}
  class Orders extends domain.repository(Order) {}
  class BetterOrders extends Orders {}
  await domain.init()
  domain.repositoryFor(Orders)
  const better = domain.repositoryFor(BetterOrders)
  expect(better).toBeInstanceOf(BetterOrders)
  expect([domain.repositoryFor(Order), domain.repositoryFor(Orders)]).toEqual([better, better])
})

test('two that do not are refused where the second is met, and at the next init(), naming both', async () => {
  class Order extends domain.aggregate('Order', {}) {}
  const Base = domain.repository(Order)
  class Orders extends Base {}
  class OtherOrders extends Base {}
  await domain.init()
  domain.repositoryFor(Orders)
  expect(() => domain.repositoryFor(OtherOrders)).toThrow(
    expect.objectContaining({ code: 'REPOSITORY_TAKEN', message: expect.stringContaining('Orders and OtherOrders') }),
  )
  expect(await problemsOf(domain)).toMatchObject([
    { code: 'REPOSITORY_TAKEN', element: 'Order', message: expect.stringContaining('Orders and OtherOrders') },
  ])
})

test('a projection has a custom repository like an aggregate; nothing else has', () => {
  class Report extends domain.projection('Report', { id: field.string({ identifier: true }) }) {}
  expect(class Reports extends domain.repository(Report) {}).toBeDefined()
  for (const element of [domain.valueObject('Money', {}), domain.entity('Line', {}, { partOf: 'Order' })])
    expect(() => domain.repository(element as never)).toThrow(expect.objectContaining({ code: 'NO_REPOSITORY' }))
})
