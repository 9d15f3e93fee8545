import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { IncorrectUsageError } from '../../src/errors.ts'
import { parseTypeString, queryTypeString, typeString } from '../../src/messaging/type-string.ts'

const elementName = fc.string({ minLength: 1 }).filter((name) => !name.includes('.'))
const domainName = fc.stringMatching(/^[A-Za-z][A-Za-z0-9 _-]{0,12}$/)

describe('typeString', () => {
  it.each([
    ['My Shop', 'OrderPlaced', 1, 'MyShop.OrderPlaced.v1'],
    ['MyShop', 'OrderPlaced', 12, 'MyShop.OrderPlaced.v12'],
    ['dd', '_PMTransition', 1, 'Dd._PMTransition.v1'],
  ])('of %j, %j and version %i is %s', (domain, element, version, expected) => {
    expect(typeString(domain, element, version)).toBe(expected)
  })

  it('is taken apart again by parseTypeString', () => {
    fc.assert(
      fc.property(domainName, elementName, fc.integer({ min: 1 }), (domain, element, version) => {
        const text = typeString(domain, element, version)
        expect(parseTypeString(text)).toEqual({ domain: text.slice(0, text.indexOf('.')), element, version })
      }),
    )
  })

  it.each([0, -1, 1.5, Number.NaN, 2 ** 53])('refuses version %d', (version) => {
    expect(() => typeString('Shop', 'Placed', version)).toThrow(IncorrectUsageError)
    expect(() => typeString('Shop', 'Placed', version)).toThrow(expect.objectContaining({ code: 'INVALID_MESSAGE_VERSION' }))
  })

  it.each(['', 'a.b'])('refuses element name %j', (element) => {
    expect(() => typeString('Shop', element, 1)).toThrow(expect.objectContaining({ code: 'INVALID_ELEMENT_NAME' }))
    expect(() => queryTypeString('Shop', element)).toThrow(expect.objectContaining({ code: 'INVALID_ELEMENT_NAME' }))
  })
})

describe('queryTypeString', () => {
  it('has no version', () => {
    expect(queryTypeString('My Shop', 'OpenOrders')).toBe('MyShop.OpenOrders')
  })
})

describe('parseTypeString', () => {
  it.each([
    '',
    'MyShop',
    'MyShop.Placed',
    'MyShop.Placed.1',
    'MyShop.Placed.v0',
    'MyShop.Placed.v01',
    'MyShop.Placed.V1',
    'a.b.c.v1',
    '.b.v1',
    'a..v1',
    'a.b.v99999999999999999',
  ])('does not take %j for one', (text) => {
    expect(parseTypeString(text)).toBeUndefined()
  })
})
