import type { Domain } from 'proteanjs'
import { field } from 'proteanjs'
import { afterEach, describe, expect, test } from 'vitest'
import { makeShop } from '../support/shop.ts'
import { TestDomain } from '../support/test-domain.ts'

const domains: Domain[] = []
afterEach(() => Promise.all(domains.splice(0).map((domain) => domain.close())))

async function started<T extends { domain: Domain }>(world: T): Promise<T> {
  domains.push(world.domain)
  await world.domain.init()
  return world
}

function twoDatabases() {
  const domain = new TestDomain('two', { config: { databases: { reports: { provider: 'memory' } } } })
  class Account extends domain.aggregate('Account', { owner: field.string() }) {}
  class Report extends domain.projection(
    'Report',
    { id: field.identifier({ identifier: true }), count: field.integer({ default: 0 }) },
    { provider: 'reports' },
  ) {}
  return { domain, Account, Report }
}

describe('a unit of work', () => {
  test('refuses to write to two databases, which could not commit together, and stores nothing', async () => {
    const { domain, Account, Report } = await started(twoDatabases())
    const both = domain.unitOfWork(async () => {
      await domain.repositoryFor(Account).add(new Account({ owner: 'a' }))
      await domain.repositoryFor(Report).add(new Report({ id: 'r' }))
    })
    await expect(both).rejects.toMatchObject({ code: 'TWO_DATABASES' })
    expect(await domain.repositoryFor(Account).count()).toBe(0)
    expect(await domain.repositoryFor(Report).count()).toBe(0)
  })

  test('may read from one database and write to the other', async () => {
    const { domain, Account, Report } = await started(twoDatabases())
    await domain.repositoryFor(Report).add(new Report({ id: 'r' }))
    await domain.unitOfWork(async () => {
      const { count } = await domain.repositoryFor(Report).get('r')
      await domain.repositoryFor(Account).add(new Account({ owner: `saw ${count}` }))
    })
    expect(await domain.repositoryFor(Account).exists({ owner: 'saw 0' })).toBe(true)
  })

  test('refuses a second object with the identity of one that it has', async () => {
    const { domain, Order } = await started(makeShop())
    const clash = domain.unitOfWork(async () => {
      await domain.repositoryFor(Order).add(new Order({ id: '1', customerId: 'a' }))
      await domain.repositoryFor(Order).add(new Order({ id: '1', customerId: 'b' }))
    })
    await expect(clash).rejects.toMatchObject({ code: 'TWO_INSTANCES' })
  })

  test('that touches nothing opens no transaction and stores nothing', async () => {
    const { domain } = await started(makeShop())
    await domain.unitOfWork(async () => undefined)
    expect(await domain.eventStore.head()).toBeUndefined()
  })

  test('is over when its function has returned: what goes on in the background is on its own', async () => {
    const { domain, Order } = await started(makeShop())
    let later: Promise<unknown> = Promise.resolve()
    let letGo: () => void = () => undefined
    const gate = new Promise<void>((resolve) => {
      letGo = resolve
    })
    await domain.unitOfWork(async () => {
      later = gate.then(() => domain.repositoryFor(Order).add(new Order({ customerId: 'late' })))
    })
    letGo()
    await later
    expect(await domain.repositoryFor(Order).exists({ customerId: 'late' })).toBe(true)
  })
})

describe('what is stored', () => {
  test.each(['a & b', '<i>x</i>', '<script>alert(1)</script>', "it's", 'tab\tnewline\n', 'ünïcödé 🎉'])(
    'is the text as it was given: %j',
    async (note) => {
      const { domain, Order } = await started(makeShop())
      const order = await domain.repositoryFor(Order).add(new Order({ customerId: 'c', note }))
      expect((await domain.repositoryFor(Order).get(order.id)).note).toBe(note)
      expect((await domain.repositoryFor(Order).findBy({ note })).id).toBe(order.id)
    },
  )

  test('is never what an invalid object would be: a rule broken before the save is found before the save', async () => {
    const { domain, Order, Line } = await started(makeShop())
    const order = new Order({ customerId: 'c' })
    const lines = [1, 2, 3, 4].map((quantity) => new Line({ sku: 's', quantity }))
    expect(() => order.lines.add(...lines)).toThrow('an order has at most three lines')
    expect(order.lines).toHaveLength(0)
    expect(lines.map((line) => line._owner)).toEqual([undefined, undefined, undefined, undefined])
    await domain.repositoryFor(Order).add(order)
    expect((await domain.repositoryFor(Order).get(order.id)).lines).toHaveLength(0)
  })
})

test('numbers that the database gives are put on the object when it is saved, and taken off when the save is given up', async () => {
  const domain = new TestDomain('numbers')
  class Ticket extends domain.aggregate('Ticket', { number: field.auto({ increment: true }), title: field.string({ unique: true }) }) {}
  await started({ domain })
  const tickets = domain.repositoryFor(Ticket)
  const [first, second] = [new Ticket({ title: 'a' }), new Ticket({ title: 'b' })]
  expect(first.number).toBeUndefined()
  await tickets.add(first)
  await tickets.add(second)
  expect([first.number, second.number]).toEqual([1, 2])
  expect((await tickets.get(second.id)).number).toBe(2)
  const clash = new Ticket({ title: 'a' })
  await expect(tickets.add(clash)).rejects.toMatchObject({ code: 'UNIQUE' })
  expect(clash.number).toBeUndefined()
  await domain
    .unitOfWork(async () => {
      await tickets.add(new Ticket({ title: 'c' }))
      const third = new Ticket({ title: 'd' })
      await tickets.add(third)
      await tickets.query.count()
      expect(third.number).toBeGreaterThan(2)
      throw new Error('no')
    })
    .catch(() => undefined)
  expect(await tickets.count()).toBe(2)
})

test('a child may have a field for the identity of its parent', async () => {
  const domain = new TestDomain('orders')
  class Line extends domain.entity('Line', { orderId: field.identifier({ required: true }) }, { partOf: 'Order' }) {}
  class Order extends domain.aggregate('Order', { lines: field.hasMany(Line) }) {}
  await started({ domain })
  const order = new Order({ id: 'o1', lines: [new Line({ orderId: 'another' })] })
  await domain.repositoryFor(Order).add(order)
  const read = await domain.repositoryFor(Order).get('o1')
  expect(read.lines[0]?.orderId).toBe('another')
  expect(read.lines[0]?._owner).toBe(read)
})
