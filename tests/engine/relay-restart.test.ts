/** Relays where events are in a store of their own: what they know is in a database of the domain's, and outlives processes. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Domain, deadLetters, Engine, field, ValidationError } from 'proteanjs'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { WORKER_CLUSTER } from '../../src/handlers/engine-tables.ts'
import type { Broker } from '../../src/ports/broker.ts'
import { ManualClock } from '../../src/testing/manual-clock.ts'
import type { JsonObject } from '../../src/util/json.ts'

let folder: string
let running: Domain | undefined

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'relay-'))
})
afterEach(async () => {
  await running?.close()
  running = undefined
  rmSync(folder, { recursive: true })
})

const clock = new ManualClock()

/** A process that takes over where the one before has ended. `isDefaultManaged`: whether the default database is the domain's own. */
async function restart(isDefaultManaged: boolean) {
  await running?.close()
  const file = (name: string) => ({ provider: 'sqlite', databaseUri: `sqlite:///${join(folder, `${name}.db`)}` })
  const databases = { default: { ...file('default'), managed: isDefaultManaged }, own: file('own') }
  const config = {
    databases,
    eventStore: file('events'),
    brokers: { default: {}, partners: { provider: 'inline' } },
    outbox: { externalBrokers: ['partners'] },
  } as const
  const domain = new Domain('post', { clock, config })
  class Sent extends domain.event('Sent', { to: field.string() }, { partOf: 'Parcel', published: true }) {}
  class Parcel extends domain.aggregate('Parcel', { id: field.identifier({ identifier: true }) }, { provider: 'own' }) {
    send(to: string) {
      this.raise(new Sent({ to }))
    }
  }
  running = domain
  await domain.init({ traverse: false })
  for (const provider of domain.providers.values()) if (provider.isManaged) await provider.createDatabaseArtifacts()
  await domain.eventStore.createArtifacts()
  const published: unknown[] = []
  const broker = domain.brokers.get('partners') as { publish: Broker['publish'] }
  broker.publish = async (_, payloads) => {
    for (const { data } of payloads) {
      const { to } = data as JsonObject
      if (to === 'Rome') throw new ValidationError({ to: ['is not reached'] })
      published.push(to)
    }
    return payloads.map((_, index) => String(index))
  }
  const send = async (to: string) => {
    const parcel = new Parcel({ id: to })
    parcel.send(to)
    await domain.repositoryFor(Parcel).add(parcel)
  }
  const work = async () => {
    const engine = new Engine(domain, { testMode: true, random: { next: () => 0 } })
    await engine.run()
    return engine
  }
  const workersIn = async (name: string) => {
    const rows = await domain.providers.get(name)?.database.load(WORKER_CLUSTER, [`post:outbox:${name}:partners`])
    return rows?.map(({ row }) => row.saved as JsonObject) ?? []
  }
  return { domain, published, send, work, workersIn }
}

test.each([
  ['the default one', true, 'default'],
  ['the first one that is the domain’s own, where the default one is not', false, 'own'],
])('a relay knows after a restart what is published, by %s', async (_, isDefaultManaged, home) => {
  const first = await restart(isDefaultManaged)
  await first.send('Oslo')
  expect((await first.work()).failures).toEqual([])
  expect(first.published).toEqual(['Oslo'])
  expect(await first.workersIn(home)).toMatchObject([{ cursor: expect.any(String) }])
  const second = await restart(isDefaultManaged)
  expect((await second.work()).failures).toEqual([])
  await second.send('Bern')
  await second.work()
  expect(second.published).toEqual(['Bern'])
})

test.each([true, false])(
  'attempts at what a broker refuses are counted over restarts, up to a dead letter (managed default: %s)',
  async (isDefaultManaged) => {
    const first = await restart(isDefaultManaged)
    await first.send('Rome')
    await first.send('Oslo')
    const attempts: number[] = []
    for (let process = 0; process < 3; process += 1) {
      const { work } = await restart(isDefaultManaged)
      attempts.push(...(await work()).failures.map(({ attempt }) => attempt))
      clock.advance(60_000)
    }
    expect(attempts).toEqual([1, 2, 3])
    const { domain, published, work } = await restart(isDefaultManaged)
    expect((await work()).failures).toEqual([])
    expect(published).toEqual([])
    expect(await deadLetters(domain).list()).toMatchObject([{ attempts: 3, message: { data: { to: 'Rome' } } }])
  },
)
