import { currentDomain, currentValues, Domain } from 'proteanjs'
import { DomainFixture } from 'proteanjs/testing'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import type { Shop } from '../support/shop.ts'
import { makeShop } from '../support/shop.ts'

let shop: Shop
let fixture: DomainFixture

beforeEach(() => {
  shop = makeShop()
  fixture = new DomainFixture(shop.domain)
})
afterEach(() => shop.domain.close())

const stocks = () => shop.domain.repositoryFor(shop.Stock)
const addStock = () => stocks().add(new shop.Stock({ sku: 'a', left: 1 }))
const withCode = (code: string) => expect.objectContaining({ code })

describe('setup', () => {
  test('initialises the domain and makes the tables of the databases that are managed', async () => {
    const made: string[] = []
    const { init } = shop.domain
    vi.spyOn(shop.domain, 'init').mockImplementation(async function (this: Domain) {
      await init.call(shop.domain)
      for (const provider of shop.domain.providers.values()) {
        vi.spyOn(provider, 'createDatabaseArtifacts').mockImplementation(async () => void made.push(`create ${provider.name}`))
        vi.spyOn(provider, 'dropDatabaseArtifacts').mockImplementation(async () => void made.push(`drop ${provider.name}`))
      }
    })
    shop.domain.config.databases.reporting = { provider: 'memory', managed: false }
    await fixture.setup()
    expect(made).toEqual(['drop default', 'create default'])
  })

  test('can be repeated, and after a teardown', async () => {
    await fixture.setup()
    await fixture.setup()
    await fixture.domainContext(addStock)
    await fixture.teardown()
    expect(shop.domain.isInitialized).toBe(false)
    await fixture.setup()
    await fixture.domainContext(async () => expect(await stocks().query.count()).toBe(0))
  })

  test('removes what was there before', async () => {
    await shop.domain.init()
    await shop.domain.caches.get('default')?.set('left', 'over')
    await fixture.setup()
    expect(await shop.domain.caches.get('default')?.get('left')).toBeUndefined()
  })

  test('that fails leaves nothing open', async () => {
    const { init } = shop.domain
    vi.spyOn(shop.domain, 'init').mockImplementation(async () => {
      await init.call(shop.domain)
      const provider = shop.domain.providers.get('default')
      if (provider !== undefined) vi.spyOn(provider, 'createDatabaseArtifacts').mockRejectedValue(new Error('no rights'))
    })
    await expect(fixture.setup()).rejects.toThrow('no rights')
    expect(shop.domain.isInitialized).toBe(false)
  })

  test('reports a domain that is wired wrongly', async () => {
    class Unhandled extends shop.domain.command('Unhandled', {}, { partOf: 'Order' }) {}
    expect(Unhandled.name).toBe('Unhandled')
    await expect(fixture.setup()).rejects.toThrow(withCode('COMMAND_UNHANDLED'))
  })
})

describe('a context', () => {
  beforeEach(() => fixture.setup())
  afterEach(() => fixture.teardown())

  test('gives what its body gives, with the domain as the current one', async () => {
    const given = await fixture.domainContext((domain) => {
      expect(domain).toBe(shop.domain)
      return currentDomain()
    })
    expect(given).toBe(shop.domain)
    expect(() => currentDomain()).toThrow(withCode('NO_CURRENT_DOMAIN'))
  })

  test('removes rows, events, messages in brokers and cached values', async () => {
    const { domain } = shop
    const fill = async () => {
      await domain.process(new shop.PlaceOrder({ customerId: 'c', sku: 's', quantity: 1 }))
      await domain.brokers.get('default')?.publish('stream', [{ a: 1 }])
      await domain.caches.get('default')?.set('key', 'value')
    }
    const left = async () => ({
      rows: await domain.repositoryFor(shop.Order).query.count(),
      events: (await domain.eventStore.readAll({ limit: 9 })).messages.length,
      messages: await domain.brokers.get('default')?.length('stream'),
      values: await domain.caches.get('default')?.count('*'),
    })
    await fixture.domainContext(async () => {
      await fill()
      expect(await left()).toEqual({ rows: 1, events: 2, messages: 1, values: 1 })
    })
    expect(await left()).toEqual({ rows: 0, events: 0, messages: 0, values: 0 })
    await fixture.enter()
    await fill()
    await fixture.exit()
    expect(await left()).toEqual({ rows: 0, events: 0, messages: 0, values: 0 })
  })

  test('removes them after a test that failed, too, whose error it throws', async () => {
    const failure = new Error('assertion')
    const body = async () => {
      await addStock()
      throw failure
    }
    await expect(fixture.domainContext(body)).rejects.toBe(failure)
    expect(await stocks().query.count()).toBe(0)
  })

  test('takes a body that is not asynchronous, also one that throws', async () => {
    expect(await fixture.domainContext(() => 1)).toBe(1)
    await expect(
      fixture.domainContext(() => {
        throw new Error('at once')
      }),
    ).rejects.toThrow('at once')
    await fixture.domainContext(() => undefined)
  })

  test('tries to clean everything where one thing fails, and says what failed', async () => {
    const [broker, cache] = [shop.domain.brokers.get('default'), shop.domain.caches.get('default')]
    if (broker === undefined || cache === undefined) throw new Error('the shop has a broker and a cache')
    vi.spyOn(broker, 'resetData').mockRejectedValueOnce(new Error('broker down')).mockRejectedValueOnce(new Error('broker down'))
    await expect(fixture.domainContext(() => cache.set('key', 'value'))).rejects.toThrow('broker down')
    expect(await cache.count('*')).toBe(0)
    vi.spyOn(cache, 'resetData').mockRejectedValueOnce(new Error('cache down'))
    await expect(fixture.domainContext(() => undefined)).rejects.toThrow('broker down; cache down')
  })

  test('hides no failure of the test behind one of the cleaning', async () => {
    const broker = shop.domain.brokers.get('default')
    if (broker === undefined) throw new Error('the shop has a broker')
    vi.spyOn(broker, 'resetData').mockRejectedValueOnce(new Error('broker down'))
    const failing = fixture.domainContext(() => {
      throw new Error('the test itself')
    })
    await expect(failing).rejects.toMatchObject({
      message: 'the test itself',
      errors: [{ message: 'the test itself' }, { message: 'broker down' }],
    })
  })
})

describe('enter and exit', () => {
  beforeEach(async () => {
    await fixture.setup()
    await fixture.enter()
  })
  afterEach(async () => {
    await fixture.exit()
    await fixture.teardown()
  })

  test('make the domain the current one in the test between the hooks', async () => {
    expect(currentDomain()).toBe(shop.domain)
    await addStock()
    expect(currentDomain()).toBe(shop.domain)
    shop.domain.run({ user: 'u' }, () => expect(currentValues()).toEqual({ user: 'u' }))
  })

  test('and the data of that test is gone in the next', async () => {
    expect(await stocks().query.count()).toBe(0)
  })

  test('leave the current domain to code that runs in another', async () => {
    const other = new Domain('other')
    other.run(() => expect(currentDomain()).toBe(other))
    expect(currentDomain()).toBe(shop.domain)
  })
})

describe('used in the wrong order', () => {
  test('nothing can be entered before the setup, nor once the domain is closed', async () => {
    await expect(fixture.enter()).rejects.toThrow(withCode('FIXTURE_NOT_SET_UP'))
    await expect(fixture.domainContext(() => 1)).rejects.toThrow(withCode('FIXTURE_NOT_SET_UP'))
    await fixture.setup()
    await shop.domain.close()
    await expect(fixture.enter()).rejects.toThrow(withCode('FIXTURE_NOT_SET_UP'))
  })

  test('a teardown without a setup does nothing', async () => {
    await fixture.teardown()
    await fixture.setup()
    await fixture.teardown()
    await fixture.teardown()
  })

  test('one test cannot enter while another is inside: they share the data', async () => {
    await fixture.setup()
    await fixture.enter()
    await expect(fixture.enter()).rejects.toThrow(withCode('FIXTURE_OCCUPIED'))
    await expect(fixture.domainContext(() => 1)).rejects.toThrow(withCode('FIXTURE_OCCUPIED'))
    await expect(fixture.setup()).rejects.toThrow(withCode('FIXTURE_OCCUPIED'))
    await fixture.exit()
    const results = await Promise.allSettled([fixture.domainContext(addStock), fixture.domainContext(addStock)])
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected'])
  })

  test('exit without enter is refused', async () => {
    await fixture.setup()
    await expect(fixture.exit()).rejects.toThrow(withCode('FIXTURE_NOT_ENTERED'))
  })

  test('a forgotten exit is reported by the teardown, which releases everything all the same', async () => {
    await fixture.setup()
    await fixture.enter()
    await expect(fixture.teardown()).rejects.toThrow(withCode('FIXTURE_OCCUPIED'))
    expect(shop.domain.isInitialized).toBe(false)
    expect(() => currentDomain()).toThrow(withCode('NO_CURRENT_DOMAIN'))
    await fixture.setup()
    await fixture.domainContext(() => undefined)
  })

  test('a test that closes the domain is told that its data stays', async () => {
    await fixture.setup()
    await expect(fixture.domainContext(() => shop.domain.close())).rejects.toThrow(withCode('FIXTURE_DOMAIN_CLOSED'))
    await fixture.setup()
    await fixture.domainContext(() => undefined)
  })
})

test('the end of its scope is a teardown', async () => {
  await fixture.setup()
  await fixture[Symbol.asyncDispose]()
  expect(shop.domain.isInitialized).toBe(false)
})

test('the fixtures of two domains are used side by side, each in its own context', async () => {
  const other = makeShop()
  const second = new DomainFixture(other.domain)
  await fixture.setup()
  await second.setup()
  await fixture.enter()
  await second.domainContext(async () => {
    expect(currentDomain()).toBe(other.domain)
    await other.domain.repositoryFor(other.Stock).add(new other.Stock({ sku: 'x', left: 1 }))
    await addStock()
  })
  expect(currentDomain()).toBe(shop.domain)
  expect(await stocks().query.count()).toBe(1)
  await fixture.exit()
  await second.teardown()
})
