import fc from 'fast-check'
import type { Condition } from 'proteanjs'
import { and, not, or } from 'proteanjs'
import type { Order } from './shop.ts'
import { Address, Money, Order as OrderClass, OrderItem } from './shop.ts'

/** An order as plain data, null for what is absent. */
export interface PlainOrder {
  readonly note: string | null
  readonly total: number
  readonly count: number | null
  readonly placedAt: string | null
  readonly urgent: boolean | null
  readonly tags: readonly string[]
  readonly price: { readonly amount: number; readonly currency: string } | null
  readonly items: readonly { readonly sku: string; readonly quantity: number }[]
  readonly address: { readonly city: string } | null
}

/** A condition on data, as a tree that can be both asked for and worked out by hand. */
export type Tree =
  | { readonly op: 'and' | 'or'; readonly terms: readonly Tree[] }
  | { readonly op: 'not'; readonly term: Tree }
  | { readonly op: 'some'; readonly field: 'items' | 'address'; readonly term: Tree }
  | { readonly op: 'leaf'; readonly path: string; readonly lookup: string; readonly value: unknown; readonly bare?: boolean }

const text = fc.oneof(
  fc.constantFrom('', 'a', 'A', 'ab', '%', '_', 'a%', 'a_b', '\\', 'ä', 'Ä', "'", '*', '[a]'),
  fc.string({ unit: fc.constantFrom('a', 'B', 'b', '%', '_', '\\', 'Ä', 'ä', '💶'), maxLength: 3 }),
)
const number = fc.integer({ min: 0, max: 3 })
const instant = fc.constantFrom('2026-01-01T00:00:00.000Z', '2026-01-01T00:00:00.001Z', '2026-06-01T12:00:00.000Z')
const currency = fc.constantFrom('USD', 'EUR')
const price = fc.record({ amount: number, currency })
const orNull = <Value>(value: fc.Arbitrary<Value>) => fc.option(value, { nil: null })

export const plainOrder: fc.Arbitrary<PlainOrder> = fc.record({
  note: orNull(text),
  total: number,
  count: orNull(number),
  placedAt: orNull(instant),
  urgent: orNull(fc.boolean()),
  tags: fc.array(text, { maxLength: 2 }),
  price: orNull(price),
  items: fc.array(fc.record({ sku: fc.constantFrom('a', 'b', 'A'), quantity: fc.integer({ min: 1, max: 3 }) }), { maxLength: 3 }),
  address: orNull(fc.record({ city: fc.constantFrom('Rome', 'Oslo') })),
})

const EQUALITY = ['eq', 'ne', 'in', 'isNull'] as const
const ORDER = [...EQUALITY, 'gt', 'gte', 'lt', 'lte'] as const
const TEXT = [...ORDER, 'contains', 'icontains', 'iexact', 'startsWith', 'endsWith'] as const

function leaf(path: string, lookups: readonly string[], value: fc.Arbitrary<unknown>): fc.Arbitrary<Tree> {
  const equal = fc.record({
    op: fc.constant('leaf' as const),
    path: fc.constant(path),
    lookup: fc.constant('eq'),
    value: orNull(value),
    bare: fc.constant(true),
  })
  const compared = fc.constantFrom(...lookups).chain((lookup) => {
    const operand =
      lookup === 'isNull'
        ? fc.boolean()
        : lookup === 'in' || lookup === 'overlap'
          ? fc.array(value, { maxLength: 3 })
          : lookup === 'eq' || lookup === 'ne'
            ? orNull(value)
            : value
    return fc.record({ op: fc.constant('leaf' as const), path: fc.constant(path), lookup: fc.constant(lookup), value: operand })
  })
  return fc.oneof({ weight: 1, arbitrary: equal }, { weight: 3, arbitrary: compared })
}

const item = [leaf('sku', TEXT, fc.constantFrom('a', 'b', 'A')), leaf('quantity', ORDER, fc.integer({ min: 1, max: 3 }))]
const city = [leaf('city', TEXT, fc.constantFrom('Rome', 'rome', 'Oslo'))]
const leaves = [
  leaf('note', TEXT, text),
  leaf('total', ORDER, number),
  leaf('count', ORDER, number),
  leaf('placedAt', ORDER, instant),
  leaf('urgent', EQUALITY, fc.boolean()),
  leaf('price', EQUALITY, price),
  leaf('price.amount', ORDER, number),
  leaf('price.currency', TEXT, currency),
  leaf('items.sku', TEXT, fc.constantFrom('a', 'b', 'A')),
  leaf('items.quantity', ORDER, fc.integer({ min: 1, max: 3 })),
  leaf('address.city', TEXT, fc.constantFrom('Rome', 'rome', 'Oslo')),
]
const special: readonly fc.Arbitrary<Tree>[] = [
  fc.record({ op: fc.constant('leaf' as const), path: fc.constant('address'), lookup: fc.constant('isNull'), value: fc.boolean() }),
  fc.record({ op: fc.constant('leaf' as const), path: fc.constant('tags'), lookup: fc.constant('any'), value: text }),
  fc.record({
    op: fc.constant('leaf' as const),
    path: fc.constant('tags'),
    lookup: fc.constant('overlap'),
    value: fc.array(text, { maxLength: 2 }),
  }),
]

function treeOf(own: readonly fc.Arbitrary<Tree>[], deeper: readonly fc.Arbitrary<Tree>[] = []): fc.Arbitrary<Tree> {
  return fc.letrec<{ tree: Tree }>((tie) => ({
    tree: fc.oneof(
      { maxDepth: 4, withCrossShrink: true },
      fc.oneof(...own, ...deeper),
      fc.record({ op: fc.constantFrom('and' as const, 'or' as const), terms: fc.array(tie('tree'), { maxLength: 3 }) }),
      fc.record({ op: fc.constant('not' as const), term: tie('tree') }),
    ),
  })).tree
}

const some = (field: 'items' | 'address', own: readonly fc.Arbitrary<Tree>[]) =>
  fc.record({ op: fc.constant('some' as const), field: fc.constant(field), term: treeOf(own) })

export const tree: fc.Arbitrary<Tree> = treeOf([...leaves, ...special], [some('items', item), some('address', city)])

/** The tree as a query takes it. */
export function conditionOf<Element extends object = Order>(one: Tree): Condition<Element> {
  switch (one.op) {
    case 'and':
      return and<Element>(...one.terms.map((term) => conditionOf<Element>(term)))
    case 'or':
      return or<Element>(...one.terms.map((term) => conditionOf<Element>(term)))
    case 'not':
      return not<Element>(conditionOf<Element>(one.term))
    case 'some':
      return { [one.field]: { some: conditionOf(one.term) } } as Condition<Element>
    case 'leaf': {
      // An object literal holds lookups, so a price must stand in `eq` or be an instance.
      const value =
        one.bare === true && one.path === 'price' && one.value !== null ? new Money(one.value as PlainOrder['price'] & object) : one.value
      return { [one.path]: one.bare === true ? value : { [one.lookup]: value } } as Condition<Element>
    }
  }
}

export function orderOf(plain: PlainOrder, orderId: string): Order {
  const present = Object.fromEntries(Object.entries(plain).filter(([, value]) => value !== null)) as Partial<PlainOrder>
  return new OrderClass({
    ...present,
    orderId,
    price: present.price ? new Money(present.price) : undefined,
    items: plain.items.map((one) => new OrderItem(one)),
    address: present.address ? new Address(present.address) : undefined,
  } as ConstructorParameters<typeof OrderClass>[0])
}
