import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { IncorrectUsageError } from '../../src/errors.ts'
import {
  categoryOf,
  checkedCategory,
  commandCategory,
  commandStream,
  eventStream,
  factCategory,
  factStream,
  idOf,
  snapshotCategory,
  snapshotStream,
  streamCategory,
} from '../../src/messaging/stream-name.ts'

const category = fc.string({ minLength: 1 }).filter((name) => !name.includes('-'))
const id = fc.oneof(fc.string({ minLength: 1 }), fc.constantFrom('-', '--', 'fact-1', 'a:command-b', 'my_shop::order-1', ' ', '\u0000'))

describe('stream names', () => {
  it.each([
    [eventStream, 'my_shop::order-o-1', 'my_shop::order'],
    [commandStream, 'my_shop::order:command-o-1', 'my_shop::order:command'],
    [factStream, 'my_shop::order:fact-o-1', 'my_shop::order:fact'],
    [snapshotStream, 'my_shop::order:snapshot-o-1', 'my_shop::order:snapshot'],
  ])('%o names %s, of category %s', (make, stream, expectedCategory) => {
    expect(make('my_shop::order', 'o-1')).toBe(stream)
    expect(categoryOf(stream)).toBe(expectedCategory)
    expect(idOf(stream)).toBe('o-1')
  })

  it.each([
    [eventStream, (name: string) => name],
    [commandStream, commandCategory],
    [factStream, factCategory],
    [snapshotStream, snapshotCategory],
  ])('%o gives back its category and identity, whatever they hold', (make, categoryFor) => {
    fc.assert(
      fc.property(category, id, (someCategory, someId) => {
        const stream = make(someCategory, someId)
        expect(categoryOf(stream)).toBe(categoryFor(someCategory))
        expect(idOf(stream)).toBe(someId)
      }),
    )
  })

  it('keeps fact events apart from the event of an aggregate whose identity looks like one', () => {
    expect(eventStream('my_shop::order', 'fact-1')).not.toBe(factStream('my_shop::order', '1'))
    expect(categoryOf(factStream('my_shop::order', '1'))).not.toBe('my_shop::order')
  })

  it('refuses an empty identity', () => {
    for (const make of [eventStream, commandStream, factStream, snapshotStream]) {
      expect(() => make('my_shop::order', '')).toThrow(expect.objectContaining({ code: 'EMPTY_STREAM_ID' }))
    }
  })

  it('refuses a category that holds a hyphen', () => {
    expect(() => eventStream('my-shop::order', '1')).toThrow(IncorrectUsageError)
    expect(() => eventStream('my-shop::order', '1')).toThrow(expect.objectContaining({ code: 'INVALID_STREAM_CATEGORY' }))
  })
})

describe('streamCategory', () => {
  it.each([
    ['My Shop', 'OrderItem', 'my_shop::order_item'],
    ['ecommerce', 'Order', 'ecommerce::order'],
    ['My-Shop', 'Order-Item', 'my_shop::order_item'],
    ['My Domain 1.0', 'HTTPCall', 'my_domain_1_0::http_call'],
  ])('of domain %j and element %j is %j', (domainName, elementName, expected) => {
    expect(streamCategory(domainName, elementName)).toBe(expected)
  })
})

describe('checkedCategory', () => {
  it('gives back a category, foreign ones included', () => {
    expect(checkedCategory('other_system:Orders')).toBe('other_system:Orders')
  })

  it.each(['', 'order-', '-', 'my-shop::order'])('refuses %j', (name) => {
    expect(() => checkedCategory(name)).toThrow(expect.objectContaining({ code: 'INVALID_STREAM_CATEGORY' }))
  })
})

describe('a name without a hyphen', () => {
  it('is a category, and has no identity', () => {
    expect(categoryOf('my_shop::order')).toBe('my_shop::order')
    expect(idOf('my_shop::order')).toBeUndefined()
    expect(idOf('my_shop::order-')).toBeUndefined()
  })
})
