import type * as proteanjs from 'proteanjs'
import { describe, expectTypeOf, test } from 'vitest'
import type { Order, OrderBoard, OrderLine, OrderPlaced, PlaceOrder } from './shop.ts'
import { domain, Money } from './shop.ts'

type IsAny<T> = 0 extends 1 & T ? true : false
/** Where `any` hides in a type: in its members, parameters and results, and in what is in an array or a promise; built-in classes aside. */
type Leaks<T, Depth extends 1[] = []> =
  IsAny<T> extends true
    ? 'any'
    : Depth['length'] extends 5
      ? never
      : T extends Date | URL | AbortSignal | ReadonlyMap<infer _Key, infer _Value> | AsyncGenerator
        ? never
        : T extends (...args: infer Args) => infer Result
          ? `() ${Leaks<Result, [...Depth, 1]>}` | LeaksOfMembers<Args, [...Depth, 1]>
          : T extends Promise<infer Value>
            ? Leaks<Value, [...Depth, 1]>
            : T extends readonly (infer Item)[]
              ? Leaks<Item, [...Depth, 1]>
              : T extends object
                ? LeaksOfMembers<T, [...Depth, 1]>
                : never
type LeaksOfMembers<T, Depth extends 1[]> = T extends readonly []
  ? never
  : T extends readonly unknown[]
    ? { [At in keyof T]-?: Leaks<T[At], Depth> }[number]
    : { [Name in keyof T & string]-?: `${Name}.${Leaks<T[Name], Depth>}` }[keyof T & string]
type InputOf<C> = C extends new (input: infer Input) => object ? Input : never

describe('no type is any', () => {
  test('the search for it finds it', () => {
    type Any = ReturnType<JSON['parse']>
    expectTypeOf<Leaks<{ a: 1; b: (value: 2) => Promise<readonly Any[]> }>>().toEqualTypeOf<'b.() any'>()
    expectTypeOf<Leaks<{ a: 1; b?: (value: Any) => unknown }>>().toEqualTypeOf<'b.any'>()
    expectTypeOf<Leaks<{ a: 1; b: { c: (value: 2) => Promise<unknown> } }>>().toBeNever()
  })

  test('in what elements are made of and consist of', () => {
    expectTypeOf<Leaks<InputOf<typeof Order>>>().toBeNever()
    expectTypeOf<Leaks<InputOf<typeof OrderPlaced>>>().toBeNever()
    expectTypeOf<Leaks<InputOf<typeof Money>>>().toBeNever()
    expectTypeOf<Leaks<Order>>().toBeNever()
    expectTypeOf<Leaks<OrderLine>>().toBeNever()
    expectTypeOf<Leaks<Money>>().toBeNever()
    expectTypeOf<Leaks<OrderBoard>>().toBeNever()
    expectTypeOf<Leaks<OrderPlaced>>().toBeNever()
    expectTypeOf<Leaks<PlaceOrder>>().toBeNever()
  })

  test('in messages, results, repositories, queries and views', () => {
    expectTypeOf<Leaks<proteanjs.Message>>().toBeNever()
    expectTypeOf<Leaks<proteanjs.ProcessOptions>>().toBeNever()
    expectTypeOf<Leaks<proteanjs.Repository<Order>>>().toBeNever()
    expectTypeOf<Leaks<proteanjs.ReadView<OrderBoard>>>().toBeNever()
    expectTypeOf<Leaks<proteanjs.Page<Order>>>().toBeNever()
    expectTypeOf<Leaks<proteanjs.Condition<Order>>>().toBeNever()
    expectTypeOf<Leaks<proteanjs.CommandHandler>>().toBeNever()
    expectTypeOf<Leaks<proteanjs.EventHandler>>().toBeNever()
    expectTypeOf<Leaks<proteanjs.Projector>>().toBeNever()
    expectTypeOf<Leaks<proteanjs.QueryHandler>>().toBeNever()
  })

  test('in the domain, its configuration and its errors', () => {
    expectTypeOf<Leaks<proteanjs.Domain>>().toBeNever()
    expectTypeOf<Leaks<proteanjs.DomainConfig>>().toBeNever()
    expectTypeOf<Leaks<proteanjs.DomainOptions>>().toBeNever()
    expectTypeOf<Leaks<proteanjs.ValidationError>>().toBeNever()
    expectTypeOf<Leaks<proteanjs.ReactionError>>().toBeNever()
  })

  test('in the parameters of functions that are given to the domain', () => {
    domain.registerEventEnricher((event, aggregate) => {
      expectTypeOf(event).not.toBeAny()
      expectTypeOf(aggregate).not.toBeAny()
    })
    domain.registerCommandEnricher((command) => {
      expectTypeOf(command).not.toBeAny()
    })
    domain.registerAggregateEnricher<Order>((aggregate) => {
      expectTypeOf(aggregate).toEqualTypeOf<Order>()
    })
    class Checked extends domain.valueObject('Checked', {}) {
      static {
        this.invariant('holds', (value) => {
          expectTypeOf(value).toEqualTypeOf<Checked>()
          return true
        })
      }
    }
    expectTypeOf(Checked).not.toBeAny()
    expectTypeOf(new Money({ amount: 1 }).replace({})).not.toBeAny()
  })
})
