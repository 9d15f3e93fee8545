import { field } from 'proteanjs'
import { describe } from 'vitest'
import { testMistakes } from './mistakes.ts'

describe('how elements are indexed', () => {
  testMistakes([
    {
      title: 'an index on something that is not a field',
      declare: (domain) => domain.aggregate('Order', { total: field.float() }, { indexes: [{ fields: ['totl'] }] }),
      code: 'INDEX_FIELD_UNKNOWN',
      element: 'Order',
      message: 'has an index on totl',
      fix: 'Did you mean total?',
    },
    {
      title: 'an index of an entity that covers a value as a whole',
      declare: (domain) => {
        const Money = domain.valueObject('Money', { amount: field.float({ required: true }) })
        domain.aggregate('Order', { lines: field.hasMany('Line') })
        domain.entity('Line', { price: field.valueObject(Money) }, { partOf: 'Order', indexes: [{ fields: ['id'], include: ['price'] }] })
      },
      code: 'INDEX_FIELD_UNKNOWN',
      element: 'Line',
      message: 'has an index on price, which is not a field with a column of its own',
      fix: 'There are id, price.amount.',
    },
    {
      title: 'an index on no field',
      declare: (domain) => domain.aggregate('Order', {}, { indexes: [{ fields: [] }] }),
      code: 'INDEX_INVALID',
      element: 'Order',
      message: 'has an index (number 1) on no field',
      fix: "Write { fields: ['…'] }",
    },
    {
      title: 'an index sorted by what is not in it',
      declare: (domain) =>
        domain.aggregate(
          'Order',
          { total: field.float(), name: field.string() },
          { indexes: [{ fields: ['name'], descending: ['total'] }] },
        ),
      code: 'INDEX_INVALID',
      element: 'Order',
      message: 'sorts an index by total, which is not in it',
      fix: 'Add it to fields, which are name',
    },
    {
      title: 'an index under a condition on what is not a field',
      declare: (domain) =>
        domain.aggregate('Order', { total: field.float() }, { indexes: [{ fields: ['total'], where: { totl: { gt: 1 } } }] }),
      code: 'INDEX_CONDITION_INVALID',
      element: 'Order',
      message: 'has an index on total with a condition that cannot be: Order has no field "totl"',
      fix: 'Correct its { where }',
    },
    {
      title: 'an index under a condition that not every database can keep',
      declare: (domain) =>
        domain.aggregate('Order', { note: field.string() }, { indexes: [{ fields: ['note'], where: { note: { icontains: 'x' } } }] }),
      code: 'INDEX_CONDITION_INVALID',
      element: 'Order',
      message: '"icontains" on note cannot be kept with an index: use eq, ne, in',
      fix: 'or leave it out',
    },
    {
      title: 'an index under a condition on children',
      declare: (domain) => {
        domain.entity('Line', { sku: field.string() }, { partOf: 'Order' })
        domain.aggregate(
          'Order',
          { total: field.float(), lines: field.hasMany('Line') },
          { indexes: [{ fields: ['total'], where: { 'lines.sku': 'x' } }] },
        )
      },
      code: 'INDEX_CONDITION_INVALID',
      element: 'Order',
      message: 'its condition cannot ask for children',
      fix: 'or leave it out',
    },
    {
      title: 'an index under a condition on what JSON holds',
      declare: (domain) =>
        domain.aggregate('Order', { tags: field.list(field.string()) }, { indexes: [{ fields: ['id'], where: { tags: { eq: ['x'] } } }] }),
      code: 'INDEX_CONDITION_INVALID',
      element: 'Order',
      message: 'tags is stored as JSON, of which an index can only know isNull',
      fix: 'or leave it out',
    },
    {
      title: 'an index with an option that there is none of',
      declare: (domain) => domain.aggregate('Order', { total: field.float() }, { indexes: [{ fields: ['total'], ...{ uniqe: true } }] }),
      code: 'OPTION_INVALID',
      element: 'Order',
      message: 'has { indexes: [{"fields":["total"],"uniqe":true}] }',
      fix: 'descending?, include?, where? }',
    },
    {
      title: 'two indexes of one name in one database',
      declare: (domain) => {
        domain.aggregate('Order', { total: field.float() }, { indexes: [{ fields: ['total'], name: 'by_total' }] })
        domain.aggregate('Invoice', { total: field.float() }, { indexes: [{ fields: ['total'], name: 'by_total' }] })
      },
      code: 'INDEX_NAME_TAKEN',
      element: 'Invoice',
      message: 'has an index by_total, as Order has',
      fix: 'another { name }',
    },
    {
      title: 'the same unique index twice',
      declare: (domain) =>
        domain.aggregate('Order', { name: field.string({ unique: true }) }, { indexes: [{ fields: ['name'], unique: true }] }),
      code: 'INDEX_NAME_TAKEN',
      element: 'Order',
      message: 'as another of its indexes is called',
      fix: 'Remove one of them',
    },
  ])
})
