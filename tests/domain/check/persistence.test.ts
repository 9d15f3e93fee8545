import { Domain, field } from 'proteanjs'
import { describe, expect, test } from 'vitest'
import { queriedFields } from '../../../src/domain/check/queried-fields.ts'
import { findingsOf } from './findings.ts'

describe('UNBOUNDED_INDEXED_STRING', () => {
  test('is about text without a limit that is indexed or unique: of roots, children and values', async () => {
    const domain = new Domain('shop')
    const Address = domain.valueObject('Address', { lines: field.text({ required: true }), city: field.string() })
    domain.entity('Line', { note: field.text() }, { partOf: 'Order', indexes: [{ fields: ['note'] }] })
    domain.aggregate(
      'Order',
      {
        free: field.text(),
        plain: field.text(),
        limited: field.text({ maxLength: 100 }),
        short: field.string(),
        key: field.text({ unique: true }),
        total: field.float(),
        address: field.valueObject(Address),
        lines: field.hasMany('Line'),
      },
      {
        indexes: [
          { fields: ['total', 'free'] },
          { fields: ['limited', 'short', 'address.lines', 'address.city'] },
          { fields: ['total'], include: ['plain'], name: 'x' },
        ],
      },
    )
    expect(await findingsOf(domain, 'UNBOUNDED_INDEXED_STRING')).toEqual([
      'UNBOUNDED_INDEXED_STRING Line.note',
      'UNBOUNDED_INDEXED_STRING Order.free',
      'UNBOUNDED_INDEXED_STRING Order.key',
      'UNBOUNDED_INDEXED_STRING Order.address.lines',
    ])
  })

  test('is not about what lives in a cache', async () => {
    const domain = new Domain('shop')
    domain.projection('Report', { id: field.string({ identifier: true }), note: field.text({ unique: true }) }, { cache: 'default' })
    expect(await findingsOf(domain, 'UNBOUNDED_INDEXED_STRING')).toEqual([])
  })
})

describe('UNINDEXED_FILTER_PATH', () => {
  test('is about what a custom repository filters by, when no index begins with it', async () => {
    const domain = new Domain('shop')
    class Order extends domain.aggregate(
      'Order',
      {
        email: field.string({ unique: true }),
        status: field.string(),
        total: field.float(),
        at: field.dateTime(),
        tags: field.list(field.string()),
      },
      { indexes: [{ fields: ['total', 'at'] }] },
    ) {}
    class Orders extends domain.repository(Order) {
      large() {
        return this.query
          .filter({ total: { gte: 100 }, status: 'placed' })
          .exclude({ at: { isNull: true } })
          .all()
      }
      known(id: string, email: string) {
        return this.findBy({ id, email })
      }
      tagged(tag: string) {
        return this.query.filter({ tags: { any: tag } }).all()
      }
    }
    await domain.init()
    domain.repositoryFor(Orders)
    expect(await findingsOf(domain, 'UNINDEXED_FILTER_PATH')).toEqual([
      'UNINDEXED_FILTER_PATH Order.status',
      'UNINDEXED_FILTER_PATH Order.at',
    ])
    await domain.close()
  })

  test.each([
    ['this.query.filter({ a: 1, b: { gte: 2, in: [3, 4] }, c })', ['a', 'b', 'c']],
    ["this.findBy({ 'price.amount': 1, \"b\": ')}', c: `{` })", ['price.amount', 'b', 'c']],
    ['this.query.filter({a}).exclude({ b: f({ x: 1 }, [2]) }).filter({ a })', ['a', 'b']],
    ["this.exists({ a: 'it\\'s, b: 1' })", ['a']],
    ['this.query.filter(condition).orderBy({ a: 1 })', []],
    ['this.query.filter({ ...rest, [key]: 1 })', []],
    ['this.query.filter({ a: 1', []],
    ['[1].filter(x => ({ y: 1 }))', []],
  ])('%s filters by %j', (code, fields) => {
    expect(queriedFields(code)).toEqual(fields)
  })
})

test('HANDLER_PERSISTS_AND_CALLS_OUT is about calls over the network after something was saved', async () => {
  const domain = new Domain('shop')
  class Order extends domain.aggregate('Order', {}) {}
  const handlers: Record<string, () => Promise<void>> = {
    CallsAfter: async () => {
      await domain.repositoryFor(Order).add(new Order({}))
      await fetch('https://example.com')
    },
    CallsBefore: async () => {
      await fetch('https://example.com')
      await domain.repositoryFor(Order).add(new Order({}))
    },
    OnlyCalls: async () => {
      await fetch('https://example.com')
    },
    OnlySaves: async () => {
      await domain.repositoryFor(Order).add(new Order({}))
    },
  }
  for (const [name, run] of Object.entries(handlers)) domain.eventHandler(name, { partOf: Order }).handle('any', run)
  expect(await findingsOf(domain, 'HANDLER_PERSISTS_AND_CALLS_OUT')).toEqual(['HANDLER_PERSISTS_AND_CALLS_OUT CallsAfter'])
})
