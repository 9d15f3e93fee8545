import { currentDomain, currentValues, Domain } from 'proteanjs'
import { useDomain } from 'proteanjs/vitest'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { makeShop } from '../support/shop.ts'

const shop = makeShop({}, new Domain('shop'))
const { domain, Stock } = shop
const stocks = () => domain.repositoryFor(Stock)

const hooks: string[] = []

describe('a suite that uses a domain', () => {
  beforeEach(async () => {
    expect(currentDomain()).toBe(domain)
    await stocks().add(new Stock({ sku: 'from a hook', left: 1 }))
    hooks.push('before')
  })
  // Before or after the hooks that it is declared among: its context is around them.
  useDomain(domain)
  afterEach(async () => {
    expect(currentDomain()).toBe(domain)
    hooks.push(`after, with ${await stocks().query.count()}`)
  })

  test('has it initialised and current in every test and its hooks', async () => {
    expect(domain.isInitialized).toBe(true)
    expect(currentDomain()).toBe(domain)
    await stocks().add(new Stock({ sku: 'a', left: 1 }))
    expect(currentDomain()).toBe(domain)
    domain.run({ user: 'u' }, () => expect(currentValues()).toEqual({ user: 'u' }))
  })

  test('begins each with no data but that of its hooks', async () => {
    expect(await stocks().query.count()).toBe(1)
    expect(hooks).toEqual(['before', 'after, with 2', 'before'])
  })

  test.fails('also when one fails', async () => {
    await stocks().add(new Stock({ sku: 'left by a test that fails', left: 1 }))
    expect.unreachable()
  })

  test('as this one shows', async () => {
    expect(await stocks().query.count()).toBe(1)
  })

  describe('a suite inside it', () => {
    test('uses it too', () => {
      expect(currentDomain()).toBe(domain)
    })
  })
})

describe('after the suite', () => {
  test('the domain is closed and no longer current', () => {
    expect(domain.isInitialized).toBe(false)
    expect(() => currentDomain()).toThrow(expect.objectContaining({ code: 'NO_CURRENT_DOMAIN' }))
  })
})

describe('two domains', () => {
  const other = makeShop({}, new Domain('shop'))
  useDomain(domain)
  useDomain(other.domain)

  test('are used side by side, the last one current', async () => {
    expect(currentDomain()).toBe(other.domain)
    await stocks().add(new Stock({ sku: 'a', left: 1 }))
    expect(await other.domain.repositoryFor(other.Stock).query.count()).toBe(0)
  })
})
