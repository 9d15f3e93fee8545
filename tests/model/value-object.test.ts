import { inspect } from 'node:util'
import { Domain, field } from 'proteanjs'
import { describe, expect, it } from 'vitest'
import { definitionOf } from '../../src/model/definition.ts'
import { codeOf, issuesOf } from './thrown.ts'

function makeValues() {
  const domain = new Domain('values')
  class Money extends domain.valueObject('Money', {
    amount: field.float({ required: true, min: 0 }),
    currency: field.string({ default: 'USD', maxLength: 3 }),
  }) {
    add(other: Money) {
      return this.replace({ amount: this.amount + other.amount })
    }
  }
  class Price extends domain.valueObject('Price', {
    net: field.valueObject(Money, { required: true }),
    tax: field.valueObject(Money),
    tags: field.list(field.string()),
    extra: field.dict(),
    steps: field.list(field.valueObject(Money)),
    from: field.dateTime(),
  }) {
    static {
      this.invariant('tax is below the net price', (price) => price.tax === undefined || price.tax.amount < price.net.amount, {
        field: 'tax',
      })
    }
  }
  class Note extends domain.valueObject('Note', { text: field.string(), by: field.string() }) {}
  const full = () =>
    new Price({
      net: new Money({ amount: 10 }),
      tags: ['a'],
      extra: { deep: { list: [1] } },
      steps: [new Money({ amount: 1 })],
      from: new Date(0),
    })
  return { domain, Money, Price, Note, full }
}

describe('a value object', () => {
  it('is what its parts are, and computes others like it', () => {
    const { Money } = makeValues()
    const sum = new Money({ amount: 2 }).add(new Money({ amount: 3 }))
    expect(sum).toBeInstanceOf(Money)
    expect({ ...sum }).toEqual({ amount: 5, currency: 'USD' })
    expect(inspect(sum)).toBe("Money { amount: 5, currency: 'USD' }")
  })

  it('is immutable through and through', () => {
    const { full } = makeValues()
    const price = full()
    const writes = [
      () => Object.assign(price, { tags: [] }),
      () => Object.assign(price, { other: 1 }),
      () => Reflect.deleteProperty(price, 'tags') || Object.assign(price, { tags: undefined }),
      () => Object.assign(price.net, { amount: 1 }),
      () => (price.tags as string[]).push('b'),
      () => Object.assign((price.extra as { deep: object }).deep, { list: [] }),
      () => ((price.extra as { deep: { list: number[] } }).deep.list[0] = 2),
      () => Object.assign(price.steps[0] ?? {}, { amount: 3 }),
    ]
    for (const write of writes) expect(write).toThrow(TypeError)
    expect(() => price.from?.setTime(1)).toThrow(expect.objectContaining({ code: 'INCORRECT_USAGE' }))
    expect(price.equals(full())).toBe(true)
  })

  it('keeps its rules', () => {
    const { Price } = makeValues()
    expect(issuesOf(() => new Price({ net: { amount: 1 } as never, tax: { amount: 1 } as never }))).toEqual([
      'tax VALUE_OBJECT_INVARIANT_FAILED',
    ])
    expect(issuesOf(() => new Price({ net: { amount: -1 } as never, tax: {} as never, more: 1 } as never))).toEqual([
      'net.amount TOO_SMALL',
      'tax.amount REQUIRED',
      'more UNKNOWN_FIELD',
    ])
  })
})

describe('equality of value objects', () => {
  it('is that of all their parts, nested ones and lists included', () => {
    const { full, Money } = makeValues()
    expect(full().equals(full())).toBe(true)
    for (const change of [{ net: new Money({ amount: 11 }) }, { tags: ['b'] }, { extra: {} }, { steps: [] }, { from: new Date(1) }])
      expect(full().replace(change).equals(full())).toBe(false)
  })

  it('does not hold between kinds, or with plain data', () => {
    const { domain, Money, Note } = makeValues()
    class Weight extends domain.valueObject('Weight', { amount: field.float({ required: true }), currency: field.string() }) {}
    const money = new Money({ amount: 1 })
    for (const other of [
      new Weight({ amount: 1, currency: 'USD' }),
      { amount: 1, currency: 'USD' },
      new Note({}),
      null,
      undefined,
      5,
      Object.create(null),
    ])
      expect(money.equals(other)).toBe(false)
  })

  it('treats a part left out and a part of undefined alike', () => {
    const { Note } = makeValues()
    expect(new Note({}).equals(new Note({ text: undefined, by: null as never }))).toBe(true)
    expect(new Note({ text: '' }).equals(new Note({}))).toBe(false)
  })
})

describe('the hash of a value object', () => {
  it('is the same for equal values, whatever they contain', () => {
    const { full, Price, Money } = makeValues()
    expect(full().hash).toBe(full().hash)
    const shuffled = [
      { b: 1, a: { d: 2, c: 3 } },
      { a: { c: 3, d: 2 }, b: 1 },
    ].map((extra) => new Price({ net: new Money({ amount: 1 }), extra }))
    expect(new Set(shuffled.map((price) => price.hash)).size).toBe(1)
  })

  it('is another for other values, and for other kinds', () => {
    const { domain, Money, full } = makeValues()
    class Weight extends domain.valueObject('Weight', { amount: field.float({ required: true }), currency: field.string() }) {}
    const hashes = [
      new Money({ amount: 1 }),
      new Money({ amount: 2 }),
      new Weight({ amount: 1, currency: 'USD' }),
      full(),
      full().replace({ tags: ['a,b'] }),
    ]
    expect(new Set(hashes.map((value) => value.hash)).size).toBe(hashes.length)
  })
})

describe('replacing parts of a value object', () => {
  it('gives a new one and leaves the old one alone', () => {
    const { Money } = makeValues()
    const money = new Money({ amount: 1, currency: 'EUR' })
    expect({ ...money.replace({ amount: 2 }) }).toEqual({ amount: 2, currency: 'EUR' })
    expect({ ...money.replace({}) }).toEqual({ ...money })
    expect(money.amount).toBe(1)
  })

  it('clears a part with undefined or null', () => {
    const { Note } = makeValues()
    const note = new Note({ text: 'a', by: 'b' })
    for (const none of [undefined, null]) expect({ ...note.replace({ text: none as never }) }).toEqual({ text: undefined, by: 'b' })
  })

  it('cannot clear a part that always has a value', () => {
    const { Money, full } = makeValues()
    expect(issuesOf(() => new Money({ amount: 1, currency: 'EUR' }).replace({ currency: undefined }))).toEqual(['currency REQUIRED'])
    expect(issuesOf(() => new Money({ amount: 1 }).replace({ amount: undefined as never }))).toEqual(['amount REQUIRED'])
    expect(issuesOf(() => full().replace({ tags: undefined }))).toEqual(['tags REQUIRED'])
  })

  it('checks the result', () => {
    const { full, Money } = makeValues()
    expect(issuesOf(() => full().replace({ tax: new Money({ amount: 10 }) }))).toEqual(['tax VALUE_OBJECT_INVARIANT_FAILED'])
    expect(issuesOf(() => full().replace({ tags: [1] as never }))).toEqual(['tags[0] TYPE'])
  })

  it('names a part that does not exist', () => {
    const { Money } = makeValues()
    expect(codeOf(() => new Money({ amount: 1 }).replace({ foo: 1 } as never))).toBe('INCORRECT_USAGE')
  })
})

describe('the defaults() of a value object', () => {
  function makePeriod(hook: (period: { from: string; to: unknown; tags: unknown }) => void) {
    const domain = new Domain('values')
    return class Period extends domain.valueObject('Period', {
      from: field.date({ required: true }),
      to: field.date(),
      tags: field.list(field.string()),
    }) {
      static {
        this.invariant('ends after it begins', (period) => (period.to ?? '') >= period.from)
      }
      defaults() {
        hook(this as never)
      }
    }
  }

  it('fills in parts before the rules are checked', () => {
    const Period = makePeriod((period) => {
      period.to ??= period.from
    })
    expect(new Period({ from: '2026-01-31' }).to).toBe('2026-01-31')
    expect(new Period({ from: '2026-01-31', to: '2026-02-01' }).to).toBe('2026-02-01')
  })

  it('keeps to the rules of the fields, and to immutability', () => {
    const list = ['a']
    const Wrong = makePeriod((period) => Object.assign(period, { to: 'tomorrow', other: 1 }))
    expect(issuesOf(() => new Wrong({ from: '2026-01-31' }))).toEqual(['to TYPE', 'other UNKNOWN_FIELD'])
    const Shared = makePeriod((period) => Object.assign(period, { to: new Date('2026-02-01T00:00:00Z'), tags: list }))
    const value = new Shared({ from: '2026-01-31' })
    list.push('b')
    expect([value.to, value.tags]).toEqual(['2026-02-01', ['a']])
    expect(Object.isFrozen(value.tags)).toBe(true)
  })
})

describe('a value object inside another element', () => {
  it('may be given as plain data or as an instance, and is that very instance', () => {
    const { domain, Money } = makeValues()
    class Item extends domain.aggregate('Item', { price: field.valueObject(Money), old: field.valueObject('Money') }) {}
    const money = new Money({ amount: 1 })
    const item = new Item({ price: money, old: { amount: 2 } as never })
    expect(item.price).toBe(money)
    expect(item.old).toBeInstanceOf(Money)
    Object.assign(item, { price: { amount: '3' } })
    expect(item.price?.amount).toBe(3)
    for (const wrong of ['x', 5, [], new Date(), new Item({}), Object.create({}), JSON.parse('{"constructor":1}')])
      expect(issuesOf(() => Object.assign(item, { price: wrong }))[0]).toMatch(/^price/)
    item.price = undefined
    expect(item.toObject()).toEqual({ id: item.id, old: { amount: 2, currency: 'USD' } })
  })

  it('may be a default, as an instance or made for each', () => {
    const { domain, Money } = makeValues()
    class Item extends domain.aggregate('Item', {
      price: field.valueObject(Money, { default: new Money({ amount: 1 }) }),
      other: field.valueObject(Money, { default: () => new Money({ amount: 2 }) }),
    }) {}
    const item = new Item({})
    expect([item.price.amount, item.other.amount]).toEqual([1, 2])
  })

  it('stays one when all its parts are absent', () => {
    const { domain, Note } = makeValues()
    class Item extends domain.aggregate('Item', { note: field.valueObject(Note) }) {}
    const item = new Item({ note: new Note({}) })
    expect(item.toObject()).toEqual({ id: item.id, note: {} })
    const again = definitionOf(Item)?.fromPlain(item.toObject()) as InstanceType<typeof Item>
    expect([again.note instanceof Note, again.note?.equals(new Note({}))]).toEqual([true, true])
    expect(new Item({}).note).toBeUndefined()
    expect(definitionOf(Item)?.fromPlain({ id: 'x' })).toHaveProperty('note', undefined)
  })

  it('has no attributes of its own on the element that could drift apart from it', () => {
    const { domain, Money } = makeValues()
    class Item extends domain.aggregate('Item', { price: field.valueObject(Money) }) {}
    const item = new Item({ price: new Money({ amount: 1 }) })
    expect('price_amount' in item).toBe(false)
    expect(issuesOf(() => new Item({ price_amount: 1 } as never))).toEqual(['price_amount UNKNOWN_FIELD'])
  })
})
