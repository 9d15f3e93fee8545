import { Domain, field } from 'proteanjs'
import type { ElementDefinition } from '../../../src/model/definition.ts'
import { definitionOf } from '../../../src/model/definition.ts'
import type { ClusterSchema } from '../../../src/ports/table.ts'
import { mapTable } from '../../../src/unit-of-work/map-table.ts'

type Declare = (domain: Domain) => readonly (abstract new (...args: never[]) => object)[]

/** The tables of what is declared. */
export function clustersOf(declare: Declare): readonly ClusterSchema[] {
  const domain = new Domain('Shop')
  return declare(domain).map((element) => mapTable(definitionOf(element) as ElementDefinition).cluster)
}

/** A shop as it was first written. */
export const firstShop: Declare = (domain) => {
  const Price = domain.valueObject('Price', { amount: field.integer({ required: true }), currency: field.string() })
  domain.entity('Line', { sku: field.string({ required: true }), count: field.integer() }, { partOf: 'Order' })
  const Order = domain.aggregate(
    'Order',
    {
      email: field.string({ unique: true }),
      note: field.string({ required: true }),
      total: field.integer(),
      price: field.valueObject(Price),
      number: field.auto({ increment: true }),
      lines: field.hasMany('Line'),
    },
    {
      indexes: [
        { fields: ['total'] },
        { fields: ['note'], name: 'by_note' },
        { fields: ['price.currency', 'note'], unique: true, where: { total: { gt: 100 } } },
      ],
    },
  )
  const Coupon = domain.aggregate('Coupon', { code: field.string() })
  return [Order, Coupon]
}

/** The same shop a while later: things were renamed, added, required, widened and left away. */
export const laterShop: Declare = (domain) => {
  const Price = domain.valueObject('Price', {
    amount: field.decimal({ required: true }),
    unit: field.string({ renamedFrom: 'currency' }),
  })
  domain.entity('Discount', { percent: field.integer() }, { partOf: 'Line' })
  domain.entity(
    'Line',
    {
      sku: field.string({ required: true }),
      quantity: field.integer({ default: 1, renamedFrom: 'count' }),
      discounts: field.hasMany('Discount'),
    },
    { partOf: 'Order' },
  )
  const Order = domain.aggregate(
    'Order',
    {
      contact: field.string({ unique: true, renamedFrom: ['mail', 'email'] }),
      total: field.decimal(),
      cost: field.valueObject(Price, { renamedFrom: 'price' }),
      state: field.status(['new', "it's done"], { default: 'new' }),
      tags: field.list(field.string(), { default: () => ['none'] }),
      serial: field.auto({ increment: true, renamedFrom: 'number' }),
      lines: field.hasMany('Line'),
    },
    {
      indexes: [
        { fields: ['total'], descending: ['total'] },
        { fields: ['state', 'total'], include: ['contact'], where: { state: 'new' } },
        { fields: ['cost.unit', 'state'], unique: true, where: { total: { gt: '100' } } },
      ],
    },
  )
  const Invoice = domain.aggregate('Invoice', { amount: field.decimal({ required: true }) })
  return [Order, Invoice]
}
