import { DatabaseError, deadLetters, Engine, field, ValidationError } from 'proteanjs'
import { beforeEach, describe, expect, test } from 'vitest'
import type { Broker } from '../../src/ports/broker.ts'
import { ManualClock } from '../../src/testing/manual-clock.ts'
import type { JsonObject } from '../../src/util/json.ts'
import { TestDomain } from '../support/test-domain.ts'

let shop: ReturnType<typeof makeShop>

beforeEach(() => {
  shop = makeShop()
})

/** Parcels of which others may know that they were sent, and not that they were weighed. */
function makeShop() {
  const clock = new ManualClock()
  const domain = new TestDomain('post', { clock })
  domain.config.brokers.partners = { provider: 'inline' }
  domain.config.brokers.press = { provider: 'inline' }
  // #region external
  domain.config.outbox.externalBrokers = ['partners', 'press']
  class Sent extends domain.event('Sent', { id: field.identifier(), to: field.string() }, { partOf: 'Parcel', published: true }) {}
  // #endregion external
  class Weighed extends domain.event('Weighed', { id: field.identifier() }, { partOf: 'Parcel' }) {}
  class Parcel extends domain.aggregate('Parcel', { id: field.identifier({ identifier: true }) }) {
    send(to: string) {
      this.raise(new Weighed({ id: this.id }))
      this.raise(new Sent({ id: this.id, to }))
    }
  }
  const send = async (id: string, to: string) => {
    const parcel = new Parcel({ id })
    parcel.send(to)
    await domain.repositoryFor(Parcel).add(parcel)
  }
  const work = async () => {
    const engine = new Engine(domain, { testMode: true, random: { next: () => 0 } })
    await engine.run()
    return engine
  }
  const broker = (name: string) => domain.brokers.get(name) as Broker
  const received = async (name: string): Promise<readonly JsonObject[]> => {
    const read = { stream: 'post::parcel', group: 'reader', consumer: 'one', count: 100 }
    return (await broker(name).read(read)).map(({ payload }) => payload)
  }
  /** What a broker is to refuse. */
  const refuse = (name: string, error: (payload: JsonObject) => Error | undefined) => {
    const target = broker(name) as { publish: Broker['publish'] }
    const publish = target.publish.bind(target)
    target.publish = async (stream, payloads) => {
      for (const payload of payloads) {
        const refusal = error(payload)
        if (refusal !== undefined) throw refusal
      }
      return publish(stream, payloads)
    }
  }
  return { domain, clock, send, work, received, refuse }
}

const tooLarge = () => new ValidationError([{ path: 'payload', code: 'TOO_LARGE', message: 'it is too large' }])
const to = (event: JsonObject) => (event.data as JsonObject).to

describe('external brokers', () => {
  test('get the published events, as CloudEvents without what only concerns this system, and nothing else', async () => {
    const { domain, send, work, received } = shop
    domain.config.sourceUri = 'https://post.example'
    await domain.init()
    await send('p1', 'Rome')
    await send('p2', 'Oslo')
    await work()
    const events = await received('partners')
    expect(events.map(to)).toEqual(['Rome', 'Oslo'])
    expect(events[0]).toMatchObject({
      specversion: '1.0',
      type: 'Post.Sent.v1',
      source: 'https://post.example',
      subject: 'p1',
      data: { id: 'p1', to: 'Rome' },
    })
    for (const key of ['metadata', 'stream', 'priority', 'asynchronous', 'expected_version']) expect(events[0]).not.toHaveProperty(key)
    expect((await received('press')).map(to)).toEqual(['Rome', 'Oslo'])
    expect(await received('default')).toEqual([])
  })

  test('get each event once', async () => {
    const { domain, send, work, received } = shop
    await domain.init()
    await send('p1', 'Rome')
    await work()
    await send('p2', 'Oslo')
    await work()
    expect((await received('partners')).map(to)).toEqual(['Rome', 'Oslo'])
  })

  test('do not wait for each other', async () => {
    const { domain, clock, send, work, received, refuse } = shop
    await domain.init()
    let isAway = true
    refuse('partners', () =>
      isAway ? new DatabaseError('The broker cannot be reached.', { code: 'CONNECTION_FAILED', retryable: true }) : undefined,
    )
    await send('p1', 'Rome')
    await work()
    expect((await received('press')).map(to)).toEqual(['Rome'])
    expect(await received('partners')).toEqual([])
    isAway = false
    clock.advance(60_000)
    await work()
    expect((await received('partners')).map(to)).toEqual(['Rome'])
  })

  test('have no worker where nothing is published, or none of them is configured', async () => {
    const { domain } = shop
    domain.config.outbox.externalBrokers = []
    await domain.init()
    expect((await new Engine(domain).status()).map(({ name }) => name)).toEqual([])
  })
})

describe('a message that a broker refuses', () => {
  const refuseRome = () => shop.refuse('partners', (event) => (isRefusing && to(event) === 'Rome' ? tooLarge() : undefined))
  let isRefusing = true

  beforeEach(async () => {
    isRefusing = true
    await shop.domain.init()
    refuseRome()
    await shop.send('p1', 'Rome')
    await shop.send('p2', 'Oslo')
    for (let attempt = 0; attempt < 3; attempt += 1) {
      await shop.work()
      shop.clock.advance(60_000)
    }
  })

  test('is a dead letter of the relay, and those behind it go on', async () => {
    expect((await shop.received('partners')).map(to)).toEqual(['Oslo'])
    const [letter, ...others] = await deadLetters(shop.domain).list()
    expect(others).toEqual([])
    expect(letter).toMatchObject({ subscription: 'outbox:default:partners', attempts: 3, message: { data: { id: 'p1', to: 'Rome' } } })
    expect(letter?.reason).toContain('it is too large')
    const status = await new Engine(shop.domain).status()
    expect(status.map(({ name, lag, deadLetters: dead }) => [name, lag, dead])).toEqual([
      ['outbox:default:partners', 0, 1],
      ['outbox:default:press', 0, 0],
    ])
  })

  test('is published when it is replayed, and is no dead letter then', async () => {
    isRefusing = false
    const letters = deadLetters(shop.domain)
    expect(await letters.replayAll()).toBe(1)
    await shop.work()
    expect((await shop.received('partners')).map(to)).toEqual(['Oslo', 'Rome'])
    expect(await letters.count()).toBe(0)
    expect(await letters.count({ state: 'replaying' })).toBe(0)
  })

  test('is a dead letter again when it is still refused', async () => {
    const letters = deadLetters(shop.domain)
    await letters.replayAll()
    const engine = await shop.work()
    expect(engine.failures).toHaveLength(1)
    expect(await letters.list()).toMatchObject([{ attempts: 4 }])
  })

  test('can be skipped', async () => {
    const letters = deadLetters(shop.domain)
    const [letter] = await letters.list()
    await letters.skip(letter?.id ?? '')
    await shop.work()
    expect(await letters.count()).toBe(0)
    expect((await shop.received('partners')).map(to)).toEqual(['Oslo'])
  })
})
