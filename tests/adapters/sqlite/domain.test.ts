import { Domain, field } from 'proteanjs'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { SqliteFile } from '../support/sqlite-file.ts'

let file: SqliteFile

beforeEach(async () => {
  file = await SqliteFile.make()
})

afterEach(() => file.remove())

/** A domain that keeps orders in the file, declared anew as in a process that has just been started. */
async function started(entry: Record<string, unknown> = { databaseUri: `sqlite:///${file.path}` }) {
  const domain = new Domain('shop', { config: { databases: { default: entry } } })
  class OrderPlaced extends domain.event('OrderPlaced', { orderId: field.identifier({ required: true }) }, { partOf: 'Order' }) {}
  class Line extends domain.entity('Line', { sku: field.string({ required: true }) }, { partOf: 'Order' }) {}
  class Order extends domain.aggregate('Order', {
    email: field.string({ unique: true }),
    total: field.decimal({ scale: 2 }),
    tags: field.list(field.string()),
    placedAt: field.dateTime(),
    lines: field.hasMany(Line),
  }) {
    place() {
      this.placedAt = new Date('2026-01-02T03:04:05.678Z')
      this.raise(new OrderPlaced({ orderId: this.id }))
    }
  }
  await domain.init()
  const provider = domain.providers.get('default')
  return { domain, provider: provider!, Order, Line, orders: domain.repositoryFor(Order) }
}

describe('a domain on SQLite', () => {
  test('finds what it has stored when it is started again, rows and events', async () => {
    const first = await started()
    await first.provider.createDatabaseArtifacts()
    const order = new first.Order({ email: 'ann@example.com', total: '12.50', tags: ['a', '😀'], lines: [new first.Line({ sku: 'pen' })] })
    order.place()
    await first.orders.add(order)
    await first.domain.close()

    const second = await started()
    const found = await second.orders.get(order.id)
    expect(found.toObject()).toEqual(order.toObject())
    expect((await second.domain.eventStore.readAll({ limit: 10 })).messages.map(({ data }) => data)).toEqual([{ orderId: order.id }])
    await second.domain.close()
  })

  test('says which field is taken, by the constraint in the file', async () => {
    const { domain, provider, Order, orders } = await started()
    await provider.createDatabaseArtifacts()
    await orders.add(new Order({ email: 'ann@example.com' }))
    await expect(orders.add(new Order({ email: 'ann@example.com' }))).rejects.toMatchObject({
      name: 'ValidationError',
      issues: [expect.objectContaining({ path: 'email', code: 'UNIQUE' })],
    })
    await domain.close()
  })

  test('says which text no database can keep, and stores nothing', async () => {
    const { domain, provider, Order, orders } = await started()
    await provider.createDatabaseArtifacts()
    const order = new Order({ email: 'ann\0@example.com' })
    await expect(orders.add(order)).rejects.toMatchObject({
      name: 'ValidationError',
      issues: [expect.objectContaining({ path: 'email', code: 'INVALID_VALUE' })],
    })
    expect(await orders.find(order.id)).toBeUndefined()
    await domain.close()
  })

  test('says what to do when its tables have not been created', async () => {
    const { domain, orders } = await started()
    await expect(orders.find('o1')).rejects.toMatchObject({
      code: 'MISSING_TABLE',
      message: expect.stringContaining('createDatabaseArtifacts()'),
    })
    await domain.close()
  })

  test('does not start with a file that it cannot open, or an address that is none', async () => {
    await expect(started({ databaseUri: `sqlite:///${file.path}/deeper/shop.db` })).rejects.toMatchObject({ code: 'CANNOT_OPEN' })
    await expect(started({ databaseUri: 'sqlite://shop.db' })).rejects.toMatchObject({ code: 'SQLITE_URI' })
  })
})
