import { Domain, field } from 'proteanjs'
import { describe, expect, test } from 'vitest'
import { problemsOf, testMistakes, untyped } from './mistakes.ts'

describe('where elements are stored', () => {
  testMistakes([
    {
      title: 'a database that is not configured',
      declare: (domain) => domain.aggregate('Order', {}, { provider: 'defalt' }),
      code: 'PROVIDER_UNKNOWN',
      element: 'Order',
      message: 'is stored in the database defalt, which is not configured',
      fix: 'Did you mean default?',
    },
    {
      title: 'a cache that is not configured',
      declare: (domain) => domain.projection('Report', { id: field.string({ identifier: true }) }, { cache: 'redis' }),
      code: 'CACHE_UNKNOWN',
      element: 'Report',
      message: 'is stored in the cache redis, which is not configured',
      fix: 'Configured are default',
    },
    {
      title: 'a projection in a cache and in a database',
      declare: (domain) =>
        domain.projection('Report', { id: field.string({ identifier: true }) }, { cache: 'default', provider: 'default' }),
      code: 'STORAGE_AMBIGUOUS',
      element: 'Report',
      message: 'is stored in the cache default and in the database default',
      fix: 'Keep cache or provider',
    },
    {
      title: 'two elements in one table, whatever their case',
      declare: (domain) =>
        domain.aggregate('Order', {}) && domain.projection('Report', { id: field.string({ identifier: true }) }, { schemaName: 'ORDER' }),
      code: 'TABLE_TAKEN',
      element: 'Report',
      message: 'is stored in the table ORDER, as Order is',
      fix: 'another { schemaName }',
    },
    {
      title: 'a child in the table of an aggregate',
      declare: (domain) => {
        domain.aggregate('Line', {})
        domain.aggregate('Order', { lines: field.hasMany('OrderLine') })
        domain.entity('OrderLine', {}, { partOf: 'Order', schemaName: 'line' })
      },
      code: 'TABLE_TAKEN',
      element: 'OrderLine',
      message: 'is stored in the table line, as Line is',
      fix: 'another { schemaName }',
    },
    {
      title: 'children that several aggregates inherit',
      declare: (domain) => {
        const Base = domain.aggregate('Base', { notes: field.hasMany('Note') }, { abstract: true })
        domain.entity('Note', {}, { partOf: Base })
        domain.aggregate('Order', {}, { extends: Base })
        domain.aggregate('Invoice', {}, { extends: Base })
      },
      code: 'TABLE_TAKEN',
      element: 'Note',
      message: 'is contained in several places, whose children would share the table note',
      fix: 'Declare an entity for each of them',
    },
    {
      title: 'a table of the framework',
      declare: (domain) => domain.aggregate('Order', {}, { schemaName: 'protean_idempotency' }),
      code: 'TABLE_RESERVED',
      element: 'Order',
      message: 'belong to the framework',
      fix: 'another { schemaName }',
    },
    {
      title: 'two fields in one column',
      declare: (domain) => domain.aggregate('Order', { total: field.float(), sum: field.float({ column: 'total' }) }),
      code: 'COLUMN_TAKEN',
      element: 'Order',
      message: 'stores total and sum in the same column total',
      fix: 'another { column }',
    },
    {
      title: 'a field in a column that an embedded value takes',
      declare: (domain) => {
        const Money = domain.valueObject('Money', { amount: field.float({ required: true }) })
        domain.aggregate('Order', { price: field.valueObject(Money), priceAmount: field.float() })
      },
      code: 'COLUMN_TAKEN',
      element: 'Order',
      message: 'stores price.amount and priceAmount in the same column price_amount',
      fix: 'another { column }',
    },
    {
      title: "a field in the column of a child's parent",
      declare: (domain) => {
        domain.aggregate('Order', { lines: field.hasMany('Line') })
        domain.entity('Line', { orderId: field.identifier({ column: '_parent_id' }) }, { partOf: 'Order' })
      },
      code: 'COLUMN_TAKEN',
      element: 'Line',
      message: 'stores orderId in the column _parent_id, which the framework needs there',
      fix: 'Give orderId another { column }',
    },
    {
      title: 'an order by something that is not a field',
      declare: (domain) => domain.projection('Report', { id: field.string({ identifier: true }) }, { orderBy: ['-total'] }),
      code: 'ORDER_FIELD_UNKNOWN',
      element: 'Report',
      message: 'is ordered by total',
      fix: 'There are id',
    },
  ])

  test('two databases may have tables and indexes of the same names', async () => {
    const domain = new Domain('shop', { config: { databases: { default: {}, other: {} } } })
    const indexes = [{ fields: ['total'], name: 'by_total' }]
    domain.aggregate('Order', { total: field.float() }, { indexes })
    domain.aggregate('OldOrder', { total: field.float() }, { indexes, schemaName: 'order', provider: 'other' })
    expect(await problemsOf(domain)).toEqual([])
  })

  test('what cannot be laid out is reported for what it is, and not for its columns as well', async () => {
    const domain = new Domain('shop')
    domain.aggregate('Order', { price: field.valueObject('Money'), a: field.string({ column: 'x' }), x: field.string() })
    domain.projection('Report', { total: field.float() }, { indexes: untyped<[]>('total') })
    expect((await problemsOf(domain)).map(({ code }) => code)).toEqual(['ELEMENT_UNKNOWN', 'IDENTIFIER_MISSING', 'OPTION_INVALID'])
  })
})

describe('what messages and streams are called', () => {
  testMistakes([
    {
      title: 'two elements of one kind and name, once',
      declare: (domain) => [domain.aggregate('Order', {}), domain.aggregate('Order', {})],
      code: 'ELEMENT_NAME_TAKEN',
      element: 'Order',
      message: 'is declared twice as an aggregate',
      fix: 'another persistent name',
    },
    {
      title: 'an event and a command that would be stored alike',
      declare: (domain) => {
        class Order extends domain.aggregate('Order', {}) {}
        domain.event('Place', {}, { partOf: Order })
        class Place extends domain.command('Place', {}, { partOf: Order }) {}
        domain.commandHandler('Orders', { partOf: Order }).handle(Place, async () => undefined)
      },
      code: 'MESSAGE_TYPE_TAKEN',
      element: 'Place',
      message: 'is stored as Shop.Place.v1, as an event of that name is',
      fix: 'another persistent name',
    },
    {
      title: 'an external event under the type of another',
      declare: (domain) => {
        const other = new Domain('billing')
        const Invoice = other.aggregate('Invoice', {})
        domain.registerExternalEvent(other.event('Paid', {}, { partOf: Invoice }), 'Billing.Paid.v1')
        domain.registerExternalEvent(other.event('Sent', {}, { partOf: Invoice }), 'Billing.Paid.v1')
      },
      code: 'MESSAGE_TYPE_TAKEN',
      element: 'Sent',
      message: 'is stored as Billing.Paid.v1',
      fix: 'messages are found by their type',
    },
    {
      title: 'two aggregates in the same streams',
      declare: (domain) => [domain.aggregate('Order', {}), domain.aggregate('Basket', {}, { streamCategory: 'order' })],
      code: 'CATEGORY_TAKEN',
      element: 'Basket',
      message: 'keeps its events in streams of shop::order, as Order does',
      fix: 'another { streamCategory }',
    },
    {
      title: 'a category with the domain in front',
      declare: (domain) => domain.aggregate('Order', {}, { streamCategory: 'shop::orders' }),
      code: 'CATEGORY_INVALID',
      element: 'Order',
      message: 'names its streams shop::orders, with a domain',
      fix: "Write streamCategory: 'orders'",
    },
  ])

  test('a domain after which nothing can be named is reported, with everything else', async () => {
    const domain = new Domain('…')
    domain.aggregate('Order', {}, { provider: 'other' })
    domain.event('Placed', {}, { partOf: 'Order' })
    domain.eventHandler('All', { partOf: 'Order' }).handle('any', async () => undefined)
    expect((await problemsOf(domain)).map(({ code }) => code)).toEqual(['DOMAIN_NAME_INVALID', 'PROVIDER_UNKNOWN'])
  })
})
