import type { Constructor } from 'proteanjs'
import { Domain, field } from 'proteanjs'
import { describe, expect, test } from 'vitest'
import { problemsOf, testMistakes, untyped } from './mistakes.ts'

describe('what something is part of', () => {
  testMistakes([
    {
      title: 'an entity that is part of nothing',
      declare: (domain) => domain.entity('Line', {}, {}),
      code: 'PART_OF_MISSING',
      element: 'Line',
      message: 'an entity that is part of nothing',
      fix: 'Add { partOf',
    },
    {
      title: 'an event of an aggregate that does not exist, with the nearest that does',
      declare: (domain) => [domain.aggregate('Order', {}), domain.event('OrderPlaced', {}, { partOf: 'Ordr' })],
      code: 'ELEMENT_UNKNOWN',
      element: 'OrderPlaced',
      message: 'names Ordr in partOf, which is not declared in the domain shop',
      fix: 'Did you mean Order?',
    },
    {
      title: 'a class that is no element',
      declare: (domain) => domain.event('OrderPlaced', {}, { partOf: class Order {} }),
      code: 'ELEMENT_UNKNOWN',
      element: 'OrderPlaced',
      message: 'names Order in partOf, which is not an element',
      fix: 'by class, by persistent name',
    },
    {
      title: 'a function whose class does not exist yet',
      declare: (domain) => domain.event('OrderPlaced', {}, { partOf: () => undefined }),
      code: 'ELEMENT_UNKNOWN',
      element: 'OrderPlaced',
      message: 'not an element, nor does it return one',
      fix: 'a function that returns the class',
    },
    {
      title: 'a command of an entity',
      declare: (domain) => {
        const Order = domain.aggregate('Order', {})
        const Line = domain.entity('Line', {}, { partOf: Order })
        handled(domain, domain.command('AddLine', {}, { partOf: Line }), Order)
      },
      code: 'PART_OF_INVALID',
      element: 'AddLine',
      message: 'names Line in partOf, which is an entity',
      fix: 'Name an aggregate there',
    },
    {
      title: 'a command of an abstract aggregate',
      declare: (domain) => {
        const Base = domain.aggregate('Base', {}, { abstract: true })
        const Order = domain.aggregate('Order', {}, { extends: Base })
        handled(domain, domain.command('Place', {}, { partOf: Base }), Order)
      },
      code: 'ELEMENT_ABSTRACT',
      element: 'Place',
      message: 'names Base in partOf, which is abstract',
      fix: 'Name an aggregate that extends it',
    },
    {
      title: 'a query of an aggregate',
      declare: (domain) => {
        const Order = domain.aggregate('Order', {})
        const Find = domain.query('FindOrder', {}, { partOf: Order })
        const Orders = domain.projection('Orders', { id: field.string({ identifier: true }) })
        domain.queryHandler('Orders', { partOf: Orders }).handle(Find, async () => undefined)
      },
      code: 'PART_OF_INVALID',
      element: 'FindOrder',
      message: 'names Order in partOf, which is an aggregate',
      fix: 'Name a projection there',
    },
    {
      title: 'an event of an aggregate of another domain',
      declare: (domain) => domain.event('OrderPlaced', {}, { partOf: new Domain('billing').aggregate('Invoice', {}) }),
      code: 'ELEMENT_FOREIGN',
      element: 'OrderPlaced',
      message: 'names Invoice in partOf, which belongs to the domain billing',
      fix: 'of the domain shop',
    },
    {
      title: 'entities that are part of each other',
      declare: (domain) => [domain.entity('Part', {}, { partOf: 'Piece' }), domain.entity('Piece', {}, { partOf: 'Part' })],
      code: 'PART_OF_CYCLE',
      element: 'Part',
      message: 'is part of itself: Part in Piece in Part',
      fix: 'Let partOf lead to an aggregate',
    },
    {
      title: 'a name that means two elements',
      declare: (domain) => {
        domain.aggregate('Order', {})
        domain.entity('Order', {}, { partOf: domain.aggregate('Other', {}), schemaName: 'other_order' })
        domain.entity('Line', {}, { partOf: 'Order' })
      },
      code: 'ELEMENT_AMBIGUOUS',
      element: 'Line',
      message: 'names Order in partOf, which means several elements: aggregate, entity',
      fix: 'Refer to it by class',
    },
    {
      title: 'an event that is superseded by a command',
      declare: (domain) => {
        const Order = domain.aggregate('Order', {})
        const Place = domain.command('Place', {}, { partOf: Order })
        handled(domain, Place, Order)
        domain.event('OrderPlaced', {}, { partOf: Order, supersededBy: Place })
      },
      code: 'SUPERSEDED_BY_INVALID',
      element: 'OrderPlaced',
      message: 'names Place in supersededBy, which is a command',
      fix: 'Name an event there',
    },
  ])

  test('a name means the element of the kind that can be meant, whatever else is called so', async () => {
    const domain = new Domain('shop')
    domain.projection('Order', { id: field.string({ identifier: true }) })
    domain.event('OrderPlaced', {}, { partOf: 'Order' })
    domain.aggregate('Order', {}, { schemaName: 'orders' })
    expect(await problemsOf(domain)).toEqual([])
  })
})

describe('what fields embed, contain and refer to', () => {
  testMistakes([
    {
      title: 'an embedded entity',
      declare: (domain) => domain.aggregate('Order', { line: field.valueObject('Line') }) && domain.entity('Line', {}, { partOf: 'Order' }),
      code: 'FIELD_TARGET',
      element: 'Order.line',
      message: 'names Line in field.valueObject(), which is an entity',
      fix: 'Name a value object there',
    },
    {
      title: 'an aggregate inside another',
      declare: (domain) => domain.aggregate('Order', { customers: field.hasMany(domain.aggregate('Customer', {})) }),
      code: 'FIELD_TARGET',
      element: 'Order.customers',
      message: 'names Customer in field.hasMany(), which is an aggregate',
      fix: 'Name an entity there',
    },
    {
      title: 'a reference to an event',
      declare: (domain) => {
        domain.aggregate('Order', { placed: field.reference('OrderPlaced') })
        domain.event('OrderPlaced', {}, { partOf: 'Order' })
      },
      code: 'FIELD_TARGET',
      element: 'Order.placed',
      message: 'names OrderPlaced in field.reference(), which is an event',
      fix: 'Name an aggregate or an entity there',
    },
    {
      title: 'a target that a circular import left undefined',
      declare: (domain) => domain.aggregate('Order', { price: field.valueObject(untyped<string>(undefined)) }),
      code: 'ELEMENT_UNKNOWN',
      element: 'Order.price',
      message: 'names undefined in field.valueObject()',
      fix: 'refer to it by name, or by a function',
    },
    {
      title: 'an abstract value object',
      declare: (domain) => {
        const Base = domain.valueObject('Base', { amount: field.float() }, { abstract: true })
        domain.aggregate('Order', { price: field.list(field.valueObject(Base)) })
      },
      code: 'ELEMENT_ABSTRACT',
      element: 'Order.price',
      message: 'names Base in field.valueObject(), which is abstract',
      fix: 'Name a value object that extends it',
    },
    {
      title: 'an entity of another aggregate',
      declare: (domain) => {
        domain.aggregate('Customer', {})
        const Address = domain.entity('Address', {}, { partOf: 'Customer' })
        domain.aggregate('Order', { address: field.hasOne(Address) })
      },
      code: 'FIELD_CROSSES_CLUSTER',
      element: 'Order.address',
      message: 'contains Address, which is part of Customer',
      fix: 'hold the identity of the Customer',
    },
    {
      title: 'a reference to an entity inside another aggregate',
      declare: (domain) => {
        domain.aggregate('Customer', {})
        const Address = domain.entity('Address', {}, { partOf: 'Customer' })
        domain.aggregate('Order', { address: field.reference(Address) })
      },
      code: 'FIELD_CROSSES_CLUSTER',
      element: 'Order.address',
      message: 'refers to Address, which lives inside Customer',
      fix: 'Refer to Customer',
    },
    {
      title: 'a list of children that is no hasMany',
      declare: (domain) => {
        const Line = domain.entity('Line', {}, { partOf: 'Order' })
        domain.aggregate('Order', { lines: field.list(untyped<ReturnType<typeof field.string>>(field.hasMany(Line))) })
      },
      code: 'FIELD_ITEM_INVALID',
      element: 'Order.lines',
      message: 'has items that are hasMany fields',
      fix: 'with field.hasMany() itself',
    },
    {
      title: 'items that would be generated',
      declare: (domain) => domain.aggregate('Order', { tags: field.list(field.auto()) }),
      code: 'FIELD_ITEM_INVALID',
      element: 'Order.tags',
      message: 'has items that are auto fields',
      fix: 'field.identifier()',
    },
    {
      title: 'an entity that contains itself by way of another, once',
      declare: (domain) => {
        domain.entity('Part', { parts: field.hasMany('Piece') }, { partOf: 'Machine' })
        domain.entity('Piece', { parts: field.hasMany('Part') }, { partOf: 'Part' })
        domain.aggregate('Machine', { parts: field.hasMany('Part') })
      },
      code: 'ENTITY_CONTAINS_ITSELF',
      element: 'Part',
      message: 'contains itself: Part > Piece > Part',
      fix: 'hold the identity of the parent',
    },
    {
      title: 'a value that embeds itself',
      declare: (domain) => domain.valueObject('Category', { name: field.string(), parent: field.valueObject('Category') }),
      code: 'VALUE_CONTAINS_ITSELF',
      element: 'Category',
      message: 'contains itself: Category > Category',
      fix: 'put the inner ones in a list',
    },
    {
      title: 'a rule about a field that does not exist',
      declare: (domain) => domain.aggregate('Order', { total: field.float() }).invariant('not negative', () => true, { field: 'totl' }),
      code: 'INVARIANT_FIELD_UNKNOWN',
      element: 'Order',
      message: 'has the rule "not negative" about totl',
      fix: 'Fields are id, total',
    },
  ])

  test('a value may hold values of its own kind in a list, and a child refer to its parent, its siblings and other aggregates', async () => {
    const domain = new Domain('shop')
    domain.valueObject('Category', { inner: field.list(field.valueObject('Category')) })
    domain.aggregate('Customer', {})
    domain.entity('Line', { order: field.reference('Order'), parcel: field.reference('Parcel') }, { partOf: 'Order' })
    domain.entity('Parcel', { customer: field.reference('Customer') }, { partOf: () => Order })
    class Order extends domain.aggregate('Order', { lines: field.hasMany('Line'), parcels: field.hasMany('Parcel') }) {
      static {
        this.invariant('has lines', () => true, { field: 'lines[0].parcel' })
      }
    }
    expect(await problemsOf(domain)).toEqual([])
  })

  test('a mistake in an abstract element is reported there, and not again for those that extend it', async () => {
    const domain = new Domain('shop')
    const Base = domain.aggregate('Base', { price: field.valueObject('Money') }, { abstract: true })
    domain.aggregate('Order', { weight: field.valueObject('Weight') }, { extends: Base })
    const problems = await problemsOf(domain)
    expect(problems.map(({ element }) => element)).toEqual(['Base.price', 'Order.weight'])
  })
})

function handled(domain: Domain, command: Constructor, aggregate: Constructor): void {
  domain.commandHandler('Handler', { partOf: aggregate }).handle(command as never, async () => undefined as never)
}
