import { describe, expect, it } from 'vitest'
import { makeOrders } from '../cluster.ts'
import { snapshot } from '../snapshot.ts'
import { codeOf, issuesOf } from '../thrown.ts'

function filled() {
  const shop = makeOrders()
  const [a, b] = [new shop.Line({ sku: 'a' }), new shop.Line({ sku: 'b' })]
  const order = new shop.Order({ lines: [a, b] })
  return { ...shop, a, b, order, skus: () => order.lines.map((line) => line.sku) }
}

describe('a list of children', () => {
  it('is empty to begin with, and is read as any array', () => {
    const { Order } = makeOrders()
    expect([...new Order({}).lines]).toEqual([])
    const { order, a, b } = filled()
    expect(Array.isArray(order.lines)).toBe(true)
    expect([order.lines.length, order.lines[1] === b, order.lines.at(-1) === b, order.lines.includes(a)]).toEqual([2, true, true, true])
    expect(order.lines.filter((line) => line.sku === 'b')).toEqual([b])
    expect(order.lines.map((line) => line.quantity).reduce((sum, quantity) => sum + quantity, 0)).toBe(2)
    expect(order.lines.toSorted((x, y) => y.sku.localeCompare(x.sku)).map((line) => line.sku)).toEqual(['b', 'a'])
    expect(JSON.parse(JSON.stringify(order.lines))).toEqual([a.toObject(), b.toObject()])
  })

  it('gives plain arrays where arrays give new ones', () => {
    const { order } = filled()
    for (const made of [order.lines.map((line) => line), order.lines.slice(), order.lines.filter(() => true), order.lines.concat([])]) {
      made.push(made[0]!)
      expect(made).toHaveLength(3)
    }
    expect(order.lines).toHaveLength(2)
  })

  it('is live: it is the same list before and after a change', () => {
    const { order, Line } = filled()
    const { lines } = order
    lines.add(new Line({ sku: 'c' }))
    expect(lines.map((line) => line.sku)).toEqual(['a', 'b', 'c'])
    expect(order.lines).toBe(lines)
  })

  it('finds by identity, by values, and by a function', () => {
    const { order, a, b } = filled()
    expect(order.lines.find(b.id)).toBe(b)
    expect(order.lines.find({ sku: 'a', quantity: 1 })).toBe(a)
    expect(order.lines.find((line) => line.sku > 'a')).toBe(b)
    expect([order.lines.find('other'), order.lines.find({ sku: 'a', quantity: 2 }), order.lines.find(() => false)]).toEqual([
      undefined,
      undefined,
      undefined,
    ])
  })
})

describe('adding children', () => {
  it('appends them and makes them part of the aggregate', () => {
    const { order, Line, Part, skus } = filled()
    const line = new Line({ sku: 'c', parts: [new Part({ name: 'p' })] })
    order.lines.add(line)
    expect(skus()).toEqual(['a', 'b', 'c'])
    expect([line._owner === order, line._root === order, line.parts[0]?._owner === line, line.parts[0]?._root === order]).toEqual([
      true,
      true,
      true,
      true,
    ])
    expect(line.orderId).toBe(order.id)
  })

  it('takes plain data, and tells which is wrong', () => {
    const { Order, Line } = makeOrders()
    const order = new Order({})
    order.lines.add({ sku: 'x', parts: [{ name: 'p', labels: [{ text: 'l' }] }] } as never)
    expect(order.lines[0]).toBeInstanceOf(Line)
    expect(order.lines[0]?.parts[0]?.labels[0]?.text).toBe('l')
    const before = snapshot(order)
    expect(
      issuesOf(() => order.lines.add(new Line({ sku: 'ok' }), { sku: 'y', quantity: 0 } as never, { parts: [{ name: '' }] } as never)),
    ).toEqual(['lines[2].quantity TOO_SMALL', 'lines[3].sku REQUIRED', 'lines[3].parts[0].name REQUIRED'])
    expect(snapshot(order)).toEqual(before)
  })

  it('adds the same child once', () => {
    const { order, a, Line, skus } = filled()
    const c = new Line({ sku: 'c' })
    const before = snapshot(order)
    order.lines.add(a)
    expect(snapshot(order)).toEqual(before)
    order.lines.add(c, c)
    expect(skus()).toEqual(['a', 'b', 'c'])
  })

  it('refuses another child with an identity that is there already', () => {
    const { order, a, Line } = filled()
    const before = snapshot(order)
    const twin = new Line({ id: a.id, sku: 'twin' })
    expect(issuesOf(() => order.lines.add(twin))).toEqual(['lines[2] DUPLICATE_CHILD'])
    expect(issuesOf(() => order.lines.add(new Line({ id: 'n', sku: 'x' }), { id: 'n', sku: 'y' } as never))).toEqual([
      'lines[3] DUPLICATE_CHILD',
    ])
    expect(snapshot(order)).toEqual(before)
    expect(twin._owner).toBeUndefined()
  })

  it('refuses what is no such child', () => {
    const { order, Part, Order } = filled()
    const before = snapshot(order)
    for (const wrong of [new Part({ name: 'p' }), new Order({}), 'a', 5, null, undefined, [], Object.create(null), { constructor: 5 }])
      expect(issuesOf(() => order.lines.add(wrong as never))[0]).toMatch(/^lines\[2\]/)
    expect(snapshot(order)).toEqual(before)
  })

  it('refuses a child of another parent, until it is removed there', () => {
    const { order, a, Order } = filled()
    const other = new Order({})
    const before = snapshot(order, other)
    expect(codeOf(() => other.lines.add(a))).toBe('INCORRECT_USAGE')
    expect(snapshot(order, other)).toEqual(before)
    order.lines.remove(a)
    other.lines.add(a)
    expect([a._owner === other, a.orderId === other.id]).toEqual([true, true])
  })

  it('that breaks a rule of the aggregate leaves it as it was, and the child free', () => {
    const { order, Line } = filled()
    const before = snapshot(order)
    const more = [new Line({ sku: 'c' }), new Line({ sku: 'd' })]
    const free = snapshot(...more)
    expect(issuesOf(() => order.lines.add(...more))).toEqual(['lines INVARIANT_POST_FAILED'])
    expect([snapshot(order), snapshot(...more)]).toEqual([before, free])
  })
})

describe('removing children', () => {
  it('frees them: they keep their values and may go elsewhere', () => {
    const { order, a, b, skus } = filled()
    order.lines.remove(a)
    expect(skus()).toEqual(['b'])
    expect([a._owner, a._root === a, a.sku]).toEqual([undefined, true, 'a'])
    order.lines.remove(b)
    order.lines.add(a)
    expect(skus()).toEqual(['a'])
  })

  it('finds them by identity, of the same kind', () => {
    const { order, a, Line, Part, skus } = filled()
    order.lines.remove(new Part({ id: a.id, name: 'p' }) as never)
    expect(skus()).toEqual(['a', 'b'])
    order.lines.remove(new Line({ id: a.id, sku: 'whatever' }))
    expect(skus()).toEqual(['b'])
  })

  it('leaves alone those that are not there', () => {
    const { order, a, Line } = filled()
    const before = snapshot(order)
    order.lines.remove(new Line({ sku: 'a' }))
    order.lines.remove()
    expect(snapshot(order)).toEqual(before)
    order.lines.remove(a, a)
    expect(order.lines).toHaveLength(1)
  })

  it('says so when it gets what is no child at all', () => {
    const { order } = filled()
    for (const wrong of [undefined, null, 'a', {}]) expect(codeOf(() => order.lines.remove(wrong as never))).toBe('INCORRECT_USAGE')
  })
})

describe('assigning a list of children', () => {
  it('replaces them, and keeps the objects that stay', () => {
    const { order, a, b, Line, skus } = filled()
    const c = new Line({ sku: 'c' })
    order.lines.replace([c, b])
    expect(skus()).toEqual(['c', 'b'])
    expect([a._owner, b._owner === order, c._owner === order]).toEqual([undefined, true, true])
    Object.assign(order, { lines: [a] })
    expect(skus()).toEqual(['a'])
    expect([b._owner, c._owner]).toEqual([undefined, undefined])
  })

  it('of none clears it', () => {
    for (const none of [[], null, undefined]) {
      const { order, a } = filled()
      Object.assign(order, { lines: none })
      expect([order.lines.length, a._owner]).toEqual([0, undefined])
    }
  })

  it('may change their order only', () => {
    const { order, a, b, skus } = filled()
    order.lines.replace([b, a])
    expect(skus()).toEqual(['b', 'a'])
    expect(a._owner).toBe(order)
  })

  it('takes plain data, drops repetitions, refuses two with one identity', () => {
    const { order, a, skus } = filled()
    order.lines.replace([a, { sku: 'new' } as never, a])
    expect(skus()).toEqual(['a', 'new'])
    const before = snapshot(order)
    expect(issuesOf(() => order.lines.replace([a, { id: a.id, sku: 'twin' } as never]))).toEqual(['lines[1] DUPLICATE_CHILD'])
    expect(issuesOf(() => order.lines.replace([a, null as never, { sku: 1 } as never]))).toEqual(['lines[1] TYPE', 'lines[2].sku TYPE'])
    expect(issuesOf(() => Object.assign(order, { lines: 'abc' }))).toEqual(['lines TYPE'])
    expect(snapshot(order)).toEqual(before)
  })

  it('of another parent is refused, and nothing has moved', () => {
    const { order, Order, Line } = filled()
    const other = new Order({ lines: [new Line({ sku: 'o' })] })
    const before = snapshot(order, other)
    expect(codeOf(() => Object.assign(order, { lines: other.lines }))).toBe('INCORRECT_USAGE')
    expect(snapshot(order, other)).toEqual(before)
  })
})

describe('writing to the list behind its back', () => {
  it.each(['push', 'pop', 'shift', 'unshift', 'splice', 'sort', 'reverse', 'fill', 'copyWithin'] as const)(
    'with %s() is refused',
    (name) => {
      const { order, a, skus } = filled()
      expect(codeOf(() => (order.lines as unknown as Record<string, (...args: unknown[]) => unknown>)[name]?.(a, 0))).toBe(
        'INCORRECT_USAGE',
      )
      expect(skus()).toEqual(['a', 'b'])
    },
  )

  it.each([
    ['an index', (list: object, other: unknown) => Reflect.set(list, 0, other)],
    ['the next index', (list: object, other: unknown) => Reflect.set(list, 2, other)],
    ['the length', (list: object) => Reflect.set(list, 'length', 0)],
    ['delete', (list: object) => Reflect.deleteProperty(list, 1)],
  ])('by %s is found at the next change', (_, write) => {
    const { order, Line } = filled()
    write(order.lines, new Line({ sku: 'sly' }))
    expect(codeOf(() => order.lines.add(new Line({ sku: 'c' })))).toBe('INCORRECT_USAGE')
    expect(codeOf(() => order.place())).toBe('INCORRECT_USAGE')
    expect(order.status).toBe('draft')
  })
})
