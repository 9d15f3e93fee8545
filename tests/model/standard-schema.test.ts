import { Domain, field } from 'proteanjs'
import { describe, expect, it } from 'vitest'
import { makeOrders } from './cluster.ts'

function validate(schema: { readonly '~standard': { validate(value: unknown): unknown } }, value: unknown) {
  return schema['~standard'].validate(value) as { value?: unknown; issues?: { message: string; path: PropertyKey[] }[] }
}

describe('a class as a Standard Schema', () => {
  it('says which version it is, and whose', () => {
    const { Order } = makeOrders()
    expect(Order['~standard']).toMatchObject({ version: 1, vendor: 'proteanjs' })
  })

  it('gives an instance, converted', () => {
    const { Order, Money, OrderPlaced, domain } = makeOrders()
    class Place extends domain.command('Place', { quantity: field.integer({ required: true }) }, { partOf: 'Order' }) {}
    expect(validate(Place, { quantity: '3' }).value).toBeInstanceOf(Place)
    expect(validate(Place, { quantity: '3' }).value).toMatchObject({ quantity: 3 })
    expect(validate(Money, { amount: 1 }).value).toEqual(new Money({ amount: 1 }))
    expect(validate(OrderPlaced, { orderId: 'x' }).value).toBeInstanceOf(OrderPlaced)
    expect(validate(Order, { lines: [{ sku: 'a' }] }).value).toBeInstanceOf(Order)
  })

  it('gives issues with the path in steps', () => {
    const { Order } = makeOrders()
    const { issues, value } = validate(Order, { note: 'far too long', lines: [{ sku: 'a' }, { sku: 'b', parts: [{}] }] })
    expect(value).toBeUndefined()
    expect(issues?.map(({ path }) => path)).toEqual([['note'], ['lines', 1, 'parts', 0, 'name']])
    expect(issues?.[1]?.message).toBe('is required')
    expect(validate(Order, { total: -1, lines: [] }).issues?.[0]?.path).toEqual(['total'])
  })

  it('refuses what is no object', () => {
    const domain = new Domain('schemas')
    class Ping extends domain.command('Ping', {}, { partOf: 'X' }) {}
    for (const wrong of ['x', 5, [], [{}]]) expect(validate(Ping, wrong).issues).toMatchObject([{ path: [] }])
    expect(validate(Ping, {}).value).toBeInstanceOf(Ping)
  })

  it('lets errors through that are not about the input', () => {
    const domain = new Domain('schemas')
    const boom = new RangeError('boom')
    class Broken extends domain.valueObject('Broken', {
      a: field.string({
        validate: () => {
          throw boom
        },
      }),
    }) {}
    expect(() => validate(Broken, { a: 'x' })).toThrow(boom)
  })
})
