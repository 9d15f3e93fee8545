import { field } from 'proteanjs'
import { describe, expect, it } from 'vitest'
import { makeOrders } from './cluster.ts'
import { snapshot } from './snapshot.ts'
import { codeOf, issuesOf, thrownBy } from './thrown.ts'

const boom = new RangeError('boom')

function two() {
  const shop = makeOrders()
  const { Order, Line } = shop
  const line = new Line({ sku: 'moved' })
  const from = new Order({ lines: [line, new Line({ sku: 'stays' })] })
  const to = new Order({ lines: [new Line({ sku: 'there' })] })
  return { ...shop, line, from, to }
}

describe('a domain service', () => {
  it('is one atomic change of all aggregates it is given', () => {
    const { domain, Order, from, to } = two()
    const swap = domain.domainService('Swap', { partOf: [Order] }, (a: InstanceType<typeof Order>, b: InstanceType<typeof Order>) => {
      a.total = -1
      b.total = 7
      a.total = 5
      return a.total + b.total
    })
    expect(swap(from, to)).toBe(12)
    expect([from.total, to.total]).toEqual([5, 7])
  })

  it('that throws, or leaves one of them breaking a rule, changes none', () => {
    const { domain, Order, from, to } = two()
    const before = snapshot(from, to)
    type AnOrder = InstanceType<typeof Order>
    const work = (a: AnOrder, b: AnOrder) => {
      a.place()
      a.note = 'lost'
      b.note = 'lost'
    }
    const throws = domain.domainService('Throws', { partOf: [Order] }, (a: AnOrder, b: AnOrder) => {
      work(a, b)
      throw boom
    })
    const breaks = domain.domainService('Breaks', { partOf: [Order] }, (a: AnOrder, b: AnOrder) => {
      work(a, b)
      b.total = -1
    })
    for (const [a, b] of [
      [from, to],
      [to, from],
    ] as const) {
      expect(thrownBy(() => throws(a, b))).toBe(boom)
      expect(issuesOf(() => breaks(a, b))).toEqual(['total INVARIANT_POST_FAILED'])
      expect(snapshot(from, to)).toEqual(before)
    }
  })

  it('checks the rules of before a change for each of them that is changed', () => {
    const { domain } = makeOrders()
    class Till extends domain.aggregate('Till', { cash: field.integer({ default: 0 }), locked: field.boolean({ default: false }) }) {
      static {
        this.preInvariant('is not locked', (till) => !till.locked, { field: 'locked' })
      }
    }
    const move = domain.domainService('Move', { partOf: [Till] }, (from: Till, to: Till, amount: number) => {
      if (amount === 0) return
      from.cash -= amount
      to.cash += amount
    })
    const [open, locked] = [new Till({}), new Till({ locked: true })]
    expect(issuesOf(() => move(open, locked, 5))).toEqual(['locked INVARIANT_PRE_FAILED'])
    expect(issuesOf(() => move(locked, open, 5))).toEqual(['locked INVARIANT_PRE_FAILED'])
    move(open, locked, 0)
    expect([open.cash, locked.cash]).toEqual([0, 0])
  })

  it('moves a child from one to the other, or leaves it where it was, whichever is given first', () => {
    const { domain, Order, line, from, to } = two()
    type AnOrder = InstanceType<typeof Order>
    const move = domain.domainService('Move', { partOf: [Order] }, (a: AnOrder, b: AnOrder, fail: boolean) => {
      const [source, target] = a.lines.includes(line) ? [a, b] : [b, a]
      source.lines.remove(line)
      line.quantity += 1
      target.lines.add(line)
      line.quantity += 1
      if (fail) target.total = -1
    })
    const before = snapshot(from, to, line)
    for (const [a, b] of [
      [from, to],
      [to, from],
    ] as const) {
      expect(issuesOf(() => move(a, b, true))).toEqual(['total INVARIANT_POST_FAILED'])
      expect(snapshot(from, to, line)).toEqual(before)
    }
    move(from, to, false)
    expect([line._owner === to, line.quantity, from.lines.length, to.lines.length]).toEqual([true, 3, 1, 2])
    expect(line.orderId).toBe(to.id)
  })

  it('may be called with children, and several times with the same aggregate', () => {
    const { domain, Line, Order, line, from } = two()
    const before = snapshot(from)
    const service = domain.domainService(
      'Twice',
      { partOf: [Order] },
      (a: InstanceType<typeof Order>, b: InstanceType<typeof Line>, c: InstanceType<typeof Order>) => {
        a.note = 'x'
        b.quantity = 2
        c.total = -1
      },
    )
    expect(issuesOf(() => service(from, line, from))).toEqual(['total INVARIANT_POST_FAILED'])
    expect(snapshot(from)).toEqual(before)
  })

  it('inside a method of one of them is part of that method', () => {
    const { domain, Order, from, to } = two()
    type AnOrder = InstanceType<typeof Order>
    const tag = domain.domainService('Tag', { partOf: [Order] }, (a: AnOrder, b: AnOrder) => {
      a.note = 'tagged'
      b.note = 'tagged'
    })
    const before = snapshot(from, to)
    const fails = () =>
      to.atomic(() => {
        tag(from, to)
        throw boom
      })
    expect(thrownBy(fails)).toBe(boom)
    expect(snapshot(from, to)).toEqual(before)
    to.atomic(() => tag(from, to))
    expect([from.note, to.note]).toEqual(['tagged', 'tagged'])
  })

  it('that is asynchronous is refused', () => {
    const { domain, Order, from } = two()
    const before = snapshot(from)
    const service = domain.domainService('Later', { partOf: [Order] }, (order: InstanceType<typeof Order>) => {
      order.note = 'x'
      return Promise.resolve()
    })
    expect(codeOf(() => service(from))).toBe('INCORRECT_USAGE')
    expect(snapshot(from)).toEqual(before)
  })
})

describe('a child that is moved in the middle of a change', () => {
  it('of the aggregate it leaves makes the one it joins part of that change', () => {
    const { line, from, to } = two()
    const before = snapshot(from, to, line)
    const fails = () =>
      from.atomic(() => {
        from.lines.remove(line)
        to.lines.add(line)
        to.note = 'lost'
        line.quantity = 4
        throw boom
      })
    expect(thrownBy(fails)).toBe(boom)
    expect(snapshot(from, to, line)).toEqual(before)
    from.atomic(() => {
      from.lines.remove(line)
      to.lines.add(line)
    })
    expect(to.lines.at(-1)).toBe(line)
  })

  it('from one field of a single child to another does so too', () => {
    const { Order, Parcel } = makeOrders()
    const parcel = new Parcel({})
    const [from, to] = [new Order({ parcel }), new Order({})]
    const before = snapshot(from, to)
    const fails = () =>
      from.atomic(() => {
        from.parcel = undefined
        to.parcel = parcel
        parcel.weight = 5
        throw boom
      })
    expect(thrownBy(fails)).toBe(boom)
    expect(snapshot(from, to)).toEqual(before)
  })

  it('makes the rules of that aggregate hold at the end of the change', () => {
    const { line, from, to } = two()
    const before = snapshot(from, to, line)
    const breaks = () =>
      from.atomic(() => {
        from.lines.remove(line)
        to.lines.add(line)
        to.total = -1
      })
    expect(issuesOf(breaks)).toEqual(['total INVARIANT_POST_FAILED'])
    expect(snapshot(from, to, line)).toEqual(before)
  })

  it('into a new aggregate is back when the change fails', () => {
    const { Order, line, from } = two()
    const before = snapshot(from, line)
    const splits = () =>
      from.atomic(() => {
        from.lines.remove(line)
        const half = new Order({ lines: [line] })
        line.quantity = 5
        expect([half.lines[0]?.quantity, line._root === half]).toEqual([5, true])
        throw boom
      })
    expect(thrownBy(splits)).toBe(boom)
    expect(snapshot(from, line)).toEqual(before)
  })

  it('into a new aggregate that cannot be made stays free, and the change may go on', () => {
    const { Order, line, from } = two()
    from.atomic(() => {
      from.lines.remove(line)
      expect(issuesOf(() => new Order({ lines: [line], total: -1 }))).toEqual(['total INVARIANT_POST_FAILED'])
      expect(line._owner).toBeUndefined()
      from.lines.add(line)
    })
    expect(from.lines.at(-1)).toBe(line)
  })

  it('may add itself, as part of its own change', () => {
    const { domain } = makeOrders()
    class Card extends domain.entity('Card', { rank: field.integer({ default: 1 }) }, { partOf: 'Deck' }) {
      static {
        this.invariant('no rank above three', (card) => card.rank <= 3, { field: 'rank' })
      }
      join(deck: Deck, fail?: 'error' | 'rule') {
        this.rank = 2
        deck.cards.add(this)
        this.rank = fail === 'rule' ? 9 : 3
        if (fail === 'error') throw boom
      }
    }
    class Deck extends domain.aggregate('Deck', { cards: field.hasMany(Card) }) {}
    const [deck, card] = [new Deck({}), new Card({})]
    const before = snapshot(deck, card)
    expect(thrownBy(() => card.join(deck, 'error'))).toBe(boom)
    expect(issuesOf(() => card.join(deck, 'rule'))).toEqual(['cards[0].rank INVARIANT_POST_FAILED'])
    expect(snapshot(deck, card)).toEqual(before)
    card.join(deck)
    expect([deck.cards[0] === card, card.rank]).toEqual([true, 3])
  })

  it('between two aggregates that are each in a change of their own is refused: that needs a domain service', () => {
    const { line, from, to } = two()
    const before = snapshot(from, to, line)
    const fails = () =>
      from.atomic(() => {
        from.lines.remove(line)
        to.atomic(() => to.lines.add(line))
      })
    expect(codeOf(fails)).toBe('INCORRECT_USAGE')
    expect(snapshot(from, to, line)).toEqual(before)
  })

  it('keeps the rules of its own once it is out', () => {
    const { line, from } = two()
    const before = snapshot(from, line)
    const breaks = () =>
      from.atomic(() => {
        from.lines.remove(line)
        line.quantity = 10
      })
    expect(issuesOf(breaks)).toEqual(['quantity TOO_MANY'])
    expect(snapshot(from, line)).toEqual(before)
  })
})
