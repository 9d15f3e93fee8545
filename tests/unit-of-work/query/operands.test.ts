import type { Condition } from 'proteanjs'
import { ValidationError } from 'proteanjs'
import { describe, expect, test } from 'vitest'
import type { Order } from './shop.ts'
import { idsOf, Money, orders, store, useShop } from './shop.ts'

useShop()

/** Conditions that the type checker would refuse, as JavaScript or data from outside may bring them. */
const untyped = (condition: unknown) => orders().filter(condition as Condition<Order>)

function problemOf(body: () => unknown): { readonly code: string; readonly message: string } {
  try {
    body()
  } catch (error) {
    return error as { code: string; message: string }
  }
  throw new Error('nothing was thrown')
}

function issuesOf(condition: unknown): unknown {
  const error = problemOf(() => untyped(condition))
  expect(error).toBeInstanceOf(ValidationError)
  return (error as ValidationError).issues.map(({ path, code }) => [path, code])
}

const codeOf = (condition: unknown) => problemOf(() => untyped(condition)).code

describe('values', () => {
  test('are coerced as the field itself would', async () => {
    await store(
      { orderId: '1', placedAt: '2026-01-01T10:00:00Z', placedOn: '2026-01-01', weight: '1.50', count: 7, urgent: true },
      { orderId: '2', placedAt: '2026-06-01T10:00:00Z', placedOn: '2026-06-01', weight: '10', count: 8, urgent: false },
    )
    expect(await idsOf(orders().filter({ placedAt: '2026-01-01T11:00:00+01:00' }))).toEqual(['1'])
    expect(await idsOf(orders().filter({ placedAt: { gte: new Date('2026-03-01') } }))).toEqual(['2'])
    expect(await idsOf(untyped({ placedOn: { lt: new Date('2026-03-01') } }))).toEqual(['1'])
    expect(await idsOf(orders().filter({ weight: { gt: '9.5' } }))).toEqual(['2'])
    expect(await idsOf(untyped({ weight: 1.5 }))).toEqual(['1'])
    expect(await idsOf(untyped({ count: '7' }))).toEqual(['1'])
    expect(await idsOf(untyped({ urgent: 'yes' }))).toEqual(['1'])
    expect(await idsOf(untyped({ orderId: 2 }))).toEqual(['2'])
  })

  test('that do not fit the field are refused with their path', () => {
    expect(issuesOf({ count: 'abc' })).toEqual([['count', 'TYPE']])
    expect(issuesOf({ count: { in: [1, 'abc'] } })).toEqual([['count[1]', 'TYPE']])
    expect(issuesOf({ placedAt: { gte: 'yesterday' } })).toEqual([['placedAt', 'TYPE']])
    expect(issuesOf({ note: { contains: 5 } })).toEqual([['note', 'TYPE']])
    expect(issuesOf({ tags: { any: 5 } })).toEqual([['tags', 'TYPE']])
    expect(issuesOf({ tags: { overlap: ['a', 5] } })).toEqual([['tags[1]', 'TYPE']])
    expect(issuesOf({ 'price.amount': 'abc' })).toEqual([['price.amount', 'TYPE']])
    expect(issuesOf({ 'items.quantity': 'abc' })).toEqual([['items.quantity', 'TYPE']])
    expect(issuesOf({ items: { some: { 'price.amount': 'abc' } } })).toEqual([['items.price.amount', 'TYPE']])
    expect(issuesOf({ price: { eq: { currency: 'USD' } } })).toEqual([['price.amount', 'REQUIRED']])
    expect(issuesOf({ extra: { eq: [1n] } })).toEqual([['extra[0]', 'TYPE']])
  })

  test('are not held against limits that what is stored may be older than', async () => {
    await store({ orderId: '1', count: 0, note: 'x' })
    expect(await idsOf(orders().filter({ count: { gte: -5 } }))).toEqual(['1'])
    expect(await idsOf(orders().filter({ note: { ne: 'a text that is longer than the field allows' } }))).toEqual(['1'])
    expect(await idsOf(orders().filter({ weight: { lt: '1.2345' } }))).toEqual([])
    expect(await idsOf(untyped({ status: 'abandoned' }))).toEqual([])
  })

  test('of order may lie between whole numbers, of equality may not', async () => {
    await store({ orderId: '1', count: 1 }, { orderId: '2', count: 2 })
    expect(await idsOf(orders().filter({ count: { gt: 1.5 } }))).toEqual(['2'])
    expect(issuesOf({ count: 1.5 })).toEqual([['count', 'TYPE']])
  })

  test('of value objects may be instances or plain data', async () => {
    await store({ orderId: '1', price: new Money({ amount: 1 }) }, { orderId: '2', price: new Money({ amount: 1, currency: 'EUR' }) })
    expect(await idsOf(orders().filter({ price: new Money({ amount: 1 }) }))).toEqual(['1'])
    expect(await idsOf(untyped({ price: { eq: { amount: 1, currency: 'EUR' } } }))).toEqual(['2'])
    const bare = Object.assign(Object.create(null), { amount: 1, currency: 'EUR' }) as object
    expect(await idsOf(untyped({ price: { eq: bare } }))).toEqual(['2'])
    expect(issuesOf({ price: { eq: { constructor: 5 } } })).toEqual([
      ['price.amount', 'REQUIRED'],
      ['price.constructor', 'UNKNOWN_FIELD'],
    ])
  })
})

describe('what is refused', () => {
  test('undefined, wherever it stands', () => {
    expect(codeOf({ note: undefined })).toBe('QUERY_UNDEFINED_VALUE')
    expect(codeOf({ note: { eq: undefined } })).toBe('QUERY_UNDEFINED_VALUE')
    expect(codeOf({ total: { gte: undefined } })).toBe('QUERY_UNDEFINED_VALUE')
    expect(codeOf({ total: { in: [1, undefined] } })).toBe('QUERY_UNDEFINED_VALUE')
    expect(codeOf({ 'items.sku': undefined })).toBe('QUERY_UNDEFINED_VALUE')
    expect(codeOf({ items: undefined })).toBe('QUERY_UNDEFINED_VALUE')
    expect(codeOf({ items: { some: { sku: undefined } } })).toBe('QUERY_UNDEFINED_VALUE')
    expect(codeOf(undefined)).toBe('QUERY_INVALID_CONDITION')
  })

  test('null where nothing could match it', () => {
    expect(codeOf({ total: { gt: null } })).toBe('QUERY_INVALID_OPERAND')
    expect(codeOf({ total: { in: [1, null] } })).toBe('QUERY_INVALID_OPERAND')
    expect(codeOf({ note: { contains: null } })).toBe('QUERY_INVALID_OPERAND')
  })

  test('fields that do not exist, with the nearest one and the list', () => {
    const error = problemOf(() => untyped({ statsu: 'draft' }))
    expect(error.code).toBe('QUERY_UNKNOWN_FIELD')
    expect(error.message).toContain('Did you mean "status"?')
    expect(error.message).toContain('orderId, customer, status')
    expect(problemOf(() => untyped({ 'price.curency': 'USD' })).message).toContain('Did you mean "price.currency"?')
    expect(problemOf(() => untyped({ 'items.skv': 'x' })).message).toContain('Did you mean "items.sku"?')
  })

  test.each(['isCheap', 'place', '_version', '_id', '__proto__', 'constructor', 'status.x', ''])('%j, which is no field', (name) => {
    expect(codeOf(Object.defineProperty({}, name, { value: 1, enumerable: true }))).toBe('QUERY_UNKNOWN_FIELD')
  })

  test('lookups that do not exist, with the nearest one', () => {
    const error = problemOf(() => untyped({ note: { startswiht: 'x' } }))
    expect(error.code).toBe('QUERY_UNKNOWN_LOOKUP')
    expect(error.message).toContain('Did you mean "startsWith"?')
    expect(codeOf({ items: { none: {} } })).toBe('QUERY_UNKNOWN_LOOKUP')
    expect(codeOf({ price: { amount: 5 } })).toBe('QUERY_UNKNOWN_LOOKUP')
  })

  test('lookups that the field does not have', () => {
    expect(codeOf({ total: { contains: '5' } })).toBe('QUERY_LOOKUP_NOT_APPLICABLE')
    expect(codeOf({ note: { any: 'x' } })).toBe('QUERY_LOOKUP_NOT_APPLICABLE')
    expect(codeOf({ tags: { gt: ['x'] } })).toBe('QUERY_LOOKUP_NOT_APPLICABLE')
    expect(codeOf({ labels: { any: 'x' } })).toBe('QUERY_LOOKUP_NOT_APPLICABLE')
    expect(codeOf({ price: { gt: new Money({ amount: 1 }) } })).toBe('QUERY_LOOKUP_NOT_APPLICABLE')
  })

  test('operands of the wrong shape', () => {
    expect(codeOf({ total: { in: 5 } })).toBe('QUERY_INVALID_OPERAND')
    expect(codeOf({ tags: { overlap: 'x' } })).toBe('QUERY_INVALID_OPERAND')
    expect(codeOf({ status: ['draft', 'placed'] })).toBe('QUERY_INVALID_OPERAND')
    expect(codeOf({ note: { isNull: 'yes' } })).toBe('QUERY_INVALID_OPERAND')
    expect(codeOf({ items: 'sku' })).toBe('QUERY_INVALID_OPERAND')
    expect(codeOf({ items: null })).toBe('QUERY_INVALID_OPERAND')
    expect(codeOf({ address: { isNull: 1 } })).toBe('QUERY_INVALID_OPERAND')
  })

  test('what is no condition', () => {
    expect(codeOf('draft')).toBe('QUERY_INVALID_CONDITION')
    expect(codeOf(null)).toBe('QUERY_INVALID_CONDITION')
    expect(codeOf(new Money({ amount: 1 }))).toBe('QUERY_INVALID_CONDITION')
    expect(codeOf({ total: {} })).toBe('QUERY_INVALID_CONDITION')
    expect(codeOf({ items: {} })).toBe('QUERY_INVALID_CONDITION')
    expect(codeOf({ items: { some: null } })).toBe('QUERY_INVALID_CONDITION')
  })

  test('paths into JSON and into other aggregates', () => {
    expect(codeOf({ 'labels.colour': 'red' })).toBe('QUERY_INSIDE_JSON')
    expect(codeOf({ 'extra.deep.er': 1 })).toBe('QUERY_INSIDE_JSON')
    expect(codeOf({ 'tags.0': 'x' })).toBe('QUERY_INSIDE_JSON')
    expect(codeOf({ 'customer.name': 'Ada' })).toBe('QUERY_ACROSS_AGGREGATES')
  })
})
