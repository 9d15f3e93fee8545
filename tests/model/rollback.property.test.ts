import fc from 'fast-check'
import { isProteanError } from 'proteanjs'
import { describe, expect, it } from 'vitest'
import type { Orders } from './cluster.ts'
import { makeOrders } from './cluster.ts'
import { snapshot, visible } from './snapshot.ts'

type Order = InstanceType<Orders['Order']>
type Line = InstanceType<Orders['Line']>

/** One thing to try. Numbers pick from what there is, modulo how many there are; `kind` says which of the members are used. */
interface Step {
  readonly kind: string
  readonly order: number
  readonly line: number
  readonly lines: readonly number[]
  readonly values: object
  readonly lineValues: object
  readonly steps: readonly Step[]
}

const SIMPLE = [
  'assign',
  'line',
  'pack',
  'stick',
  'wrong',
  'place',
  'raise',
  'parcel',
  'unpack',
  'add',
  'remove',
  'replace',
  'data',
  'make',
  'throw',
]
const NESTED = ['atomic', 'try', 'service']

const { step } = fc.letrec<{ step: Step }>((tie) => {
  const members = {
    order: fc.nat(3),
    line: fc.nat(5),
    lines: fc.array(fc.nat(5), { maxLength: 4 }),
    values: fc.record(
      {
        note: fc.constantFrom('a', 'far too long', undefined),
        total: fc.integer({ min: -1, max: 2 }),
        tags: fc.constantFrom(['x'], ['too long']),
      },
      { requiredKeys: [] },
    ),
    lineValues: fc.record(
      { quantity: fc.integer({ min: 0, max: 11 }), state: fc.constantFrom('packed', 'gone'), sku: fc.constantFrom('s', '') },
      { requiredKeys: [] },
    ),
  }
  const leaf = fc.record({ ...members, kind: fc.constantFrom(...SIMPLE), steps: fc.constant([]) })
  const branch = fc.record({ ...members, kind: fc.constantFrom(...NESTED), steps: fc.array(tie('step'), { maxLength: 6 }) })
  return { step: fc.oneof({ depthSize: 'small', withCrossShrink: true }, leaf, branch) }
})

class Boom extends Error {}

/** Orders with lines and parcels, lines and parcels that are free, and a way to try steps on them. */
function makeWorld(orderCount: number, lineCount: number) {
  let ids = 0
  const shop = makeOrders({
    ids: {
      next() {
        ids += 1
        return `id-${String(ids).padStart(6, '0')}`
      },
    },
  })
  const { domain, Order, Line, Parcel, Label, OrderPlaced } = shop
  const lines = Array.from({ length: lineCount }, (_, index) => new Line({ sku: `sku ${index}`, parts: [{ name: 'p' }] as never }))
  const orders = Array.from({ length: orderCount }, (_, index) => new Order({ lines: lines.slice(index * 2, index * 2 + 1) }))
  const parcels = Array.from({ length: orderCount }, () => new Parcel({}))
  /** Orders made by a step: to be reckoned with once it has succeeded. */
  const made: Order[] = []
  const together = domain.domainService('Together', { partOf: [Order] }, (_: readonly object[], body: () => void) => body())

  const orderOf = (step: Step) => orders[step.order % orders.length] as Order
  /** In a world of several orders any line; in a world of one, a line that is part of it: others are not part of its changes. */
  const lineOf = (step: Step) => {
    const known = orderCount === 1 ? [...orderOf(step).lines] : lines
    return known[step.line % known.length] as Line | undefined
  }
  const anyLines = (step: Step) => step.lines.map((index) => lines[index % lines.length] as Line)

  const runners: Readonly<Record<string, (step: Step) => void>> = {
    assign: (step) => Object.assign(orderOf(step), step.values),
    line: (step) => Object.assign(lineOf(step) ?? {}, step.lineValues),
    pack: (step) => lineOf(step)?.pack(),
    stick: (step) => lineOf(step)?.parts[0]?.stick('label'),
    wrong: (step) => lineOf(step)?.parts[0]?.labels.add(new Label({ text: 'ok' }), { text: 5 } as never),
    place: (step) => orderOf(step).place(),
    raise: (step) => orderOf(step).raise(new OrderPlaced({ orderId: orderOf(step).id })),
    parcel: (step) => Object.assign(orderOf(step), { parcel: parcels[step.line % parcels.length] }),
    unpack: (step) => Object.assign(orderOf(step), { parcel: null }),
    add: (step) => orderOf(step).lines.add(...anyLines(step)),
    remove: (step) => orderOf(step).lines.remove(...anyLines(step)),
    replace: (step) => orderOf(step).lines.replace(anyLines(step)),
    data: (step) => orderOf(step).lines.add(...step.lines.map((quantity) => ({ sku: 'new', quantity }) as never)),
    make: (step) => made.push(new Order({ ...step.values, lines: anyLines(step) } as never)),
    throw: () => {
      throw new Boom()
    },
    atomic: (step) => orderOf(step).atomic(() => step.steps.forEach(run)),
    try: (step) => {
      for (const inner of step.steps) attempt(inner, visible)
    },
    service: (step) => together([...orders], () => step.steps.forEach(run)),
  }
  const run = (step: Step) => runners[step.kind]?.(step)

  /** Runs a step as one change; one that fails must leave everything as it was. */
  function attempt(step: Step, look: typeof snapshot): void {
    const everything = [...orders, ...lines, ...parcels]
    const count = made.length
    const before = look(...everything)
    try {
      orderOf(step).atomic(() => run(step))
    } catch (error) {
      if (!(error instanceof Boom) && !isProteanError(error)) throw error
      made.length = count
      expect(look(...everything)).toEqual(before)
    }
  }

  return { orders, lines, parcels, made, together, attempt, run }
}

/** What holds of an aggregate whatever was done to it. */
function check({ orders, lines, parcels }: ReturnType<typeof makeWorld>): void {
  const parents = new Map<object, object>()
  for (const order of orders) {
    expect(order.total).toBeGreaterThanOrEqual(0)
    expect(order.lines.length).toBeLessThanOrEqual(3)
    // A child that was changed and then removed in one change is no longer held to the rules.
    for (const line of order.lines) expect(line.quantity).toBeLessThanOrEqual(9)
    for (const child of [...order.lines, ...(order.parcel === undefined ? [] : [order.parcel])]) {
      expect(parents.has(child)).toBe(false)
      parents.set(child, order)
    }
  }
  for (const child of [...lines, ...parcels]) expect([child._owner, child._root]).toEqual([parents.get(child), parents.get(child) ?? child])
  for (const line of lines) {
    for (const part of line.parts) for (const entity of [part, ...part.labels]) expect(entity._root).toBe(line._root)
  }
}

describe('whatever is tried, a failure changes nothing, and what succeeds keeps all rules', () => {
  it('in one aggregate', { timeout: 60_000 }, () => {
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 15 }), (steps) => {
        const world = makeWorld(1, 6)
        for (const each of steps.map(withoutMaking)) {
          world.attempt(each, snapshot)
          check(world)
        }
      }),
      { numRuns: 100 },
    )
  })

  it('in several aggregates that are changed together', { timeout: 60_000 }, () => {
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 10 }), (steps) => {
        const world = makeWorld(3, 6)
        for (const each of steps) {
          const everything = [...world.orders, ...world.lines, ...world.parcels]
          const before = snapshot(...everything)
          try {
            world.together(everything, () => world.attempt(each, visible))
            world.orders.push(...world.made)
          } catch (error) {
            if (!isProteanError(error)) throw error
            expect(snapshot(...everything)).toEqual(before)
          }
          world.made.length = 0
          check(world)
        }
      }),
      { numRuns: 100 },
    )
  })
})

function withoutMaking(step: Step): Step {
  return { ...step, kind: step.kind === 'make' ? 'add' : step.kind, steps: step.steps.map(withoutMaking) }
}
