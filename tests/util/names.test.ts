import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { IncorrectUsageError } from '../../src/errors.ts'
import { camelCaseName, normalizedName, snakeCase } from '../../src/util/names.ts'

const SEPARATED_WORDS = fc.array(fc.stringMatching(/^[a-zA-Z0-9]{1,6}$/), { minLength: 1, maxLength: 5 }).map((words) => words.join(' '))
const ANY_NAME = fc.oneof(SEPARATED_WORDS, fc.string({ unit: 'grapheme' }), fc.string({ unit: 'binary' }))
const USABLE_NAME = ANY_NAME.filter((name) => /[a-zA-Z0-9]/.test(name))

describe('snakeCase', () => {
  it.each([
    ['OrderItem', 'order_item'],
    ['order', 'order'],
    ['orderId', 'order_id'],
    ['HTTPServer', 'http_server'],
    ['ParseHTTPRequest', 'parse_http_request'],
    ['UserID', 'user_id'],
    ['OrderV2', 'order_v2'],
    ['Order2Item', 'order2_item'],
    ['OAuth2Client', 'o_auth2_client'],
    ['order_item', 'order_item'],
    ['_version', '_version'],
    ['Order-Item', 'order_item'],
    ['Order Item', 'order_item'],
    ['ÉtatDesLieux', 'état_des_lieux'],
    ['', ''],
  ])('writes %j as %j', (name, expected) => {
    expect(snakeCase(name)).toBe(expected)
  })

  it('leaves its own result as it is', () => {
    fc.assert(fc.property(ANY_NAME, (name) => snakeCase(snakeCase(name)) === snakeCase(name)))
  })

  it('never gives a character that ends a category', () => {
    fc.assert(fc.property(ANY_NAME, (name) => !/[-:.\s]/.test(snakeCase(name))))
  })
})

describe('camelCaseName', () => {
  it.each([
    ['My Shop', 'MyShop'],
    ['my_domain_1_0', 'MyDomain10'],
    ['ecommerce', 'Ecommerce'],
    ['My Domain 1.0', 'MyDomain10'],
    ['MyDomain', 'MyDomain'],
    ['my-domain', 'MyDomain'],
    ['foo_bar_baz', 'FooBarBaz'],
    ['Donald E. Knuth', 'DonaldEKnuth'],
    ['CRM', 'Crm'],
    ['HTTP Server', 'HttpServer'],
    ['café au lait', 'CafeAuLait'],
    ["Joe's Shop", 'JoesShop'],
    ['a b', 'Ab'],
    ['2fa', '2fa'],
  ])('writes %j as %j', (name, expected) => {
    expect(camelCaseName(name)).toBe(expected)
  })

  it('leaves its own result as it is', () => {
    fc.assert(fc.property(USABLE_NAME, (name) => camelCaseName(camelCaseName(name)) === camelCaseName(name)))
  })

  it('gives ASCII letters and digits only', () => {
    fc.assert(fc.property(USABLE_NAME, (name) => /^[a-zA-Z0-9]+$/.test(camelCaseName(name))))
  })
})

describe('normalizedName', () => {
  it.each([
    ['My Shop', 'my_shop'],
    ['MyDomain', 'my_domain'],
    ['My-Domain', 'my_domain'],
    ['My Domain 1.0', 'my_domain_1_0'],
    ['Foo20', 'foo20'],
    ['Foo 20', 'foo_20'],
    ['Foo Bar Baz', 'foo_bar_baz'],
    ['Donald E. Knuth', 'donald_e_knuth'],
    ['  spaced  out  ', 'spaced_out'],
    ['shop::eu', 'shop_eu'],
    ['Café', 'cafe'],
  ])('writes %j as %j', (name, expected) => {
    expect(normalizedName(name)).toBe(expected)
  })

  it('leaves its own result as it is', () => {
    fc.assert(fc.property(USABLE_NAME, (name) => normalizedName(normalizedName(name)) === normalizedName(name)))
  })

  it('gives words of lower-case letters and digits with single underscores between', () => {
    fc.assert(fc.property(USABLE_NAME, (name) => /^[a-z0-9]+(_[a-z0-9]+)*$/.test(normalizedName(name))))
  })
})

describe('a domain name without a Latin letter or digit', () => {
  it.each([camelCaseName, normalizedName])('is refused by %o', (form) => {
    for (const name of ['', '  ', '日本', '--']) {
      expect(() => form(name)).toThrow(IncorrectUsageError)
      expect(() => form(name)).toThrow(expect.objectContaining({ code: 'INVALID_DOMAIN_NAME' }))
    }
  })
})
