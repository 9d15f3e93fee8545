import type { Children, JsonValue } from 'proteanjs'
import { Domain, field } from 'proteanjs'
import { describe, expectTypeOf, test } from 'vitest'
import { Customer, domain, Order, OrderLine, OrderPlaced } from './shop.ts'

const none = {}

describe('declaring elements', () => {
  test('takes the options of each kind', () => {
    domain.aggregate('A', none, {
      provider: 'archive',
      schemaName: 'as',
      streamCategory: 'a',
      indexes: [{ fields: ['id'], unique: true, descending: ['id'], include: [] }],
      deprecated: { since: '1.2', removal: '2.0' },
      suppressChecks: ['X'],
    })
    domain.entity('E', none, { partOf: Order, schemaName: 'es' })
    domain.entity('E', none, { partOf: () => Order })
    domain.valueObject('V', none, { partOf: 'Order', deprecated: 'use W' })
    domain.event('Ev', none, { partOf: Order, version: 2, published: true, supersededBy: OrderPlaced })
    domain.command('C', none, { partOf: Order, version: 2, returns: field.string() })
    domain.query('Q', none, { partOf: 'OrderBoard' })
    domain.projection('P', none, { cache: 'default', orderBy: ['-total'], externallyPopulated: true })
  })

  test('refuses unknown options', () => {
    // @ts-expect-error no such option
    domain.aggregate('A', none, { eventsourced: true })
    // @ts-expect-error no such option
    domain.aggregate('A', none, { partOf: 'Order' })
    // @ts-expect-error an entity is stored where its aggregate is
    domain.entity('E', none, { partOf: 'Order', provider: 'archive' })
    // @ts-expect-error no such option
    domain.valueObject('V', none, { schemaName: 'vs' })
    // @ts-expect-error no such option
    domain.event('Ev', none, { partof: 'Order' })
    // @ts-expect-error an event returns nothing
    domain.event('Ev', none, { partOf: 'Order', returns: field.string() })
    // @ts-expect-error no such option
    domain.command('C', none, { partOf: 'Order', published: true })
    // @ts-expect-error no such option
    domain.query('Q', none, { partOf: 'OrderBoard', version: 2 })
    // @ts-expect-error no such option
    domain.projection('P', none, { streamCategory: 'x' })
  })

  test('refuses options of another type', () => {
    // @ts-expect-error a number
    domain.event('Ev', none, { partOf: 'Order', version: '2' })
    // @ts-expect-error an instance
    domain.entity('E', none, { partOf: new Order({ customerId: 'c-1' }) })
    // @ts-expect-error a field, not a name
    domain.command('C', none, { partOf: 'Order', returns: 'string' })
  })

  test('refuses what is not a field', () => {
    // @ts-expect-error a type's name
    domain.aggregate('A', { name: 'string' })
    // @ts-expect-error the function that makes a field
    domain.aggregate('A', { name: field.string })
    // @ts-expect-error a class
    domain.aggregate('A', { line: OrderLine })
  })

  test('needs the whole of what is part of something', () => {
    // @ts-expect-error part of what?
    domain.entity('E', none)
    // @ts-expect-error part of what?
    domain.event('Ev', none)
    // @ts-expect-error part of what?
    domain.command('C', none)
  })

  test('every kind of field has its type inside an element', () => {
    class All extends domain.aggregate('All', {
      string: field.string(),
      text: field.text({ required: true }),
      integer: field.integer({ default: 1 }),
      float: field.float(),
      decimal: field.decimal({ required: true }),
      boolean: field.boolean({ default: false }),
      date: field.date(),
      dateTime: field.dateTime({ autoNow: true }),
      identifier: field.identifier(),
      auto: field.auto(),
      number: field.auto({ increment: true }),
      status: field.status(['a', 'b'], { default: 'a' }),
      list: field.list(field.integer()),
      dict: field.dict(),
      typed: field.dict<{ a: number }>(),
      json: field.json(),
      line: field.hasOne(OrderLine),
      lines: field.hasMany(OrderLine),
      customer: field.reference(Customer),
    }) {}
    const all = new All({ text: '', decimal: 1n })
    expectTypeOf(all.string).toEqualTypeOf<string | undefined>()
    expectTypeOf(all.text).toEqualTypeOf<string>()
    expectTypeOf(all.integer).toEqualTypeOf<number>()
    expectTypeOf(all.float).toEqualTypeOf<number | undefined>()
    expectTypeOf(all.decimal).toEqualTypeOf<string>()
    expectTypeOf(all.boolean).toEqualTypeOf<boolean>()
    expectTypeOf(all.date).toEqualTypeOf<string | undefined>()
    expectTypeOf(all.dateTime).toEqualTypeOf<Date | undefined>()
    expectTypeOf(all.identifier).toEqualTypeOf<string | undefined>()
    expectTypeOf(all.auto).toEqualTypeOf<string>()
    expectTypeOf(all.number).toEqualTypeOf<number | undefined>()
    expectTypeOf(all.status).toEqualTypeOf<'a' | 'b'>()
    expectTypeOf(all.list).toEqualTypeOf<readonly number[]>()
    expectTypeOf(all.dict).toEqualTypeOf<Record<string, unknown>>()
    expectTypeOf(all.typed).toEqualTypeOf<{ a: number }>()
    expectTypeOf(all.json).toEqualTypeOf<JsonValue | undefined>()
    expectTypeOf(all.lines).toEqualTypeOf<Children<OrderLine>>()
    expectTypeOf(all.line).toEqualTypeOf<OrderLine | undefined>()
    expectTypeOf(all.customer).toEqualTypeOf<string | undefined>()
    expectTypeOf(all.id).toEqualTypeOf<string>()
  })
})

describe('the domain', () => {
  test('takes its options', () => {
    new Domain('d', { root: new URL('file:///tmp'), config: { eventProcessing: 'sync' } })
    // @ts-expect-error a name is needed
    new Domain()
    // @ts-expect-error no such option
    new Domain('d', { rot: '.' })
    // @ts-expect-error no such key
    new Domain('d', { config: { eventProcesing: 'sync' } })
    // @ts-expect-error no such mode
    new Domain('d', { config: { eventProcessing: 'later' } })
  })

  test('has its configuration, key by key', () => {
    domain.config.eventProcessing = 'sync'
    domain.config.databases.default = { provider: 'postgresql', databaseUri: 'postgresql://localhost/shop' }
    domain.config.server.priorityLanes = { enabled: true }
    expectTypeOf(domain.config.commandProcessing).toEqualTypeOf<'sync' | 'async'>()
    expectTypeOf(domain.config.commandDefaultTimeout).toEqualTypeOf<number | undefined>()
    // @ts-expect-error no such key
    domain.config.eventProcesing = 'sync'
    // @ts-expect-error no such mode
    domain.config.eventProcessing = 'later'
    // @ts-expect-error in camel case
    domain.config.databases.default = { database_uri: 'x' }
  })
})
