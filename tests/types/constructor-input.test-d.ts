import type { Children } from 'proteanjs'
import { field } from 'proteanjs'
import { describe, expectTypeOf, test } from 'vitest'
import type { Customer } from './shop.ts'
import { domain, Money, Order, OrderBoard, OrderLine, OrderPlaced } from './shop.ts'

type InputOf<C> = C extends new (input: infer Input) => object ? Input : never

describe('what a constructor takes', () => {
  test('required fields and given identifiers must be there', () => {
    new Order({ customerId: 'c-1' })
    new OrderBoard({ orderId: 'o-1' })
    // @ts-expect-error customerId is required
    new Order({})
    // @ts-expect-error an identifier that nothing generates is required
    new OrderBoard({ status: 'draft' })
    // @ts-expect-error a required field cannot be undefined
    new Order({ customerId: undefined })
    // @ts-expect-error it takes an object
    new Order()
  })

  test('fields that are optional, have a default or are generated may be left out or undefined', () => {
    expectTypeOf<InputOf<typeof Order>>().toEqualTypeOf<{
      customerId: string
      orderId?: string | undefined
      status?: 'draft' | 'placed' | 'shipped' | undefined
      total?: number | undefined
      note?: string | undefined
      tags?: readonly string[] | undefined
      price?: Money | undefined
      lines?: readonly OrderLine[] | undefined
    }>()
    expectTypeOf<InputOf<typeof OrderBoard>>().toEqualTypeOf<{
      orderId: string
      status?: string | undefined
      total?: number | undefined
    }>()
    expectTypeOf<InputOf<typeof Money>>().toEqualTypeOf<{
      amount: number
      currency?: string | undefined
      note?: string | undefined
    }>()
    expectTypeOf<InputOf<typeof OrderPlaced>>().toEqualTypeOf<{
      orderId: string
      total: number
      placedAt?: Date | string | number | undefined
      channel?: 'web' | 'shop' | undefined
    }>()
  })

  test('an aggregate and an entity without an identifier field take an id', () => {
    expectTypeOf<InputOf<typeof Customer>>().toEqualTypeOf<{ name: string; id?: string | undefined; email?: string | undefined }>()
    expectTypeOf<InputOf<typeof OrderLine>>().toEqualTypeOf<{
      sku: string
      id?: string | undefined
      quantity?: number | undefined
      remark?: string | undefined
    }>()
    // @ts-expect-error an aggregate with an identifier of its own has no id
    new Order({ customerId: 'c-1', id: 'o-1' })
  })

  test('unknown keys are errors', () => {
    // @ts-expect-error there is no such field
    new Order({ customerId: 'c-1', custmer: 'c-1' })
    // @ts-expect-error there is no such field
    new Money({ amount: 1, curency: 'EUR' })
  })

  test('values of another type are errors', () => {
    // @ts-expect-error a text is no number
    new Order({ customerId: 'c-1', total: '12' })
    // @ts-expect-error not one of the states
    new Order({ customerId: 'c-1', status: 'lost' })
    // @ts-expect-error not one of the choices
    new OrderPlaced({ orderId: 'o-1', total: 1, channel: 'phone' })
    // @ts-expect-error a list of texts
    new Order({ customerId: 'c-1', tags: [1] })
    // @ts-expect-error not a value object
    new Order({ customerId: 'c-1', price: { cents: 1 } })
  })

  test('null stands for absent nowhere in the types', () => {
    // @ts-expect-error absent is undefined
    new Order({ customerId: 'c-1', note: null })
  })

  test('an element with nothing required is made of an empty object', () => {
    class Draft extends domain.aggregate('Draft', { title: field.string() }) {}
    expectTypeOf(new Draft({}).title).toEqualTypeOf<string | undefined>()
  })

  test('the children given are the children had', () => {
    const order = new Order({ customerId: 'c-1', lines: [new OrderLine({ sku: 'a' })] })
    expectTypeOf(order.lines).toEqualTypeOf<Children<OrderLine>>()
  })
})
