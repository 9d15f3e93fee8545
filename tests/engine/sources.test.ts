import { Domain, deadLetters, Engine, field, Message } from 'proteanjs'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { FragileDatabase } from '../support/fragile-database.ts'
import { makeTimedLedger } from '../support/ledger.ts'
import { TestDomain } from '../support/test-domain.ts'

async function work(domain: Domain): Promise<Engine> {
  const engine = new Engine(domain, { testMode: true })
  await engine.run()
  return engine
}

describe('a handler gets', () => {
  test('the events of every aggregate that it names, those of concrete ones for an abstract one', async () => {
    const domain = new TestDomain('zoo')
    class Fed extends domain.event('Fed', { id: field.identifier() }, { partOf: 'Animal' }) {}
    class Cleaned extends domain.event('Cleaned', { id: field.identifier() }, { partOf: 'Cage' }) {}
    const Animal = domain.aggregate('Animal', { id: field.identifier({ identifier: true }) }, { abstract: true })
    class Lion extends domain.aggregate('Lion', {}, { extends: Animal }) {
      feed() {
        this.raise(new Fed({ id: this.id }))
      }
    }
    class Bear extends domain.aggregate('Bear', {}, { extends: Animal }) {
      feed() {
        this.raise(new Fed({ id: this.id }))
      }
    }
    class Cage extends domain.aggregate('Cage', { id: field.identifier({ identifier: true }) }) {
      clean() {
        this.raise(new Cleaned({ id: this.id }))
      }
    }
    const seen: string[] = []
    domain
      .eventHandler('Diary', { partOf: Cage })
      .handle(Fed, async ({ id }) => void seen.push(`fed ${id}`))
      .handle(Cleaned, async ({ id }) => void seen.push(`cleaned ${id}`))
    await domain.init()
    const [lion, bear, cage] = [new Lion({ id: 'leo' }), new Bear({ id: 'bruno' }), new Cage({ id: 'c1' })]
    lion.feed()
    bear.feed()
    cage.clean()
    await domain.repositoryFor(Lion).add(lion)
    await domain.repositoryFor(Bear).add(bear)
    await domain.repositoryFor(Cage).add(cage)
    await work(domain)
    expect(seen.toSorted()).toEqual(['cleaned c1', 'fed bruno', 'fed leo'])
    await work(domain)
    expect(seen).toHaveLength(3)
  })

  test('events of another domain in the same store, and nothing of what else that domain says', async () => {
    const domain = new TestDomain('desk')
    const other = new Domain('other')
    class Happened extends other.event('Happened', { what: field.string() }, { partOf: 'Thing' }) {}
    class Note extends domain.aggregate('Note', { id: field.identifier({ identifier: true }) }) {}
    const seen: string[] = []
    domain.registerExternalEvent(Happened, 'Other.Happened.v1')
    domain.eventHandler('Listening', { partOf: Note }).handle(Happened, async ({ what }) => void seen.push(`${what}`))
    domain.eventHandler('Audit', { streamCategory: '$all' }).handle('any', async (_, { type }) => void seen.push(type))
    await domain.init()
    const from = (id: string, type: string, data: { what: string }) =>
      new Message(data, {
        headers: { id, type, stream: 'other::thing-1', time: new Date(0) },
        envelope: { specversion: '1.0' },
        domain: { kind: 'EVENT', fqn: 'other.Thing', streamCategory: 'other::thing', version: 1, asynchronous: true, priority: 0 },
        extensions: {},
      })
    const messages = [from('m1', 'Other.Happened.v1', { what: 'rain' }), from('m2', 'Other.Whispered.v1', { what: 'secret' })]
    await domain.eventStore.append([{ stream: 'other::thing-1', category: 'other::thing', messages }])
    const engine = await work(domain)
    expect(seen.toSorted()).toEqual(['Other.Happened.v1', 'rain'])
    expect(engine.failures).toEqual([])
    expect(await deadLetters(domain).count()).toBe(0)
  })
})

describe('effects that are not in the home database', () => {
  const domain = new Domain('two', { config: { databases: { default: { provider: 'memory' }, side: { provider: 'memory' } } } })
  class Rung extends domain.event('Rung', { id: field.identifier() }, { partOf: 'Bell' }) {}
  class Bell extends domain.aggregate('Bell', { id: field.identifier({ identifier: true }) }) {
    ring() {
      this.raise(new Rung({ id: this.id }))
    }
  }
  class Count extends domain.aggregate(
    'Count',
    { id: field.identifier({ identifier: true }), rings: field.integer({ default: 0 }) },
    { provider: 'side' },
  ) {
    add() {
      this.rings += 1
    }
  }
  domain.eventHandler('Counting', { partOf: Bell }).handle(Rung, async ({ id }) => {
    const counts = domain.repositoryFor(Count)
    const count = (await counts.find(id as string)) ?? new Count({ id: id as string })
    count.add()
    await counts.add(count)
  })

  beforeEach(async () => {
    await domain.init()
    for (const provider of domain.providers.values()) await provider.resetData()
    const bell = new Bell({ id: 'b' })
    bell.ring()
    await domain.repositoryFor(Bell).add(bell)
  })
  afterEach(() => domain.close())

  test('happen, and are not repeated while all goes well', async () => {
    await work(domain)
    const engine = await work(domain)
    expect(engine.failures).toEqual([])
    expect((await domain.repositoryFor(Count).get('b')).rings).toBe(1)
  })

  test('happen at least once: again, when it could not be noted that they did', async () => {
    const home = domain.providers.get('default')?.database
    if (home === undefined) throw new Error('there is a default database')
    const process = new FragileDatabase(home)
    // The leases of the subscription and of the scheduler come first.
    process.stumbleAt(3, false)
    const engine = await work(domain)
    await work(domain)
    expect(engine.failures).toHaveLength(1)
    expect((await domain.repositoryFor(Count).get('b')).rings).toBeGreaterThanOrEqual(1)
  })
})

test('a sync reaction that fails to a command handled in the background is reported, and the command is not repeated (R1.11)', async () => {
  const { domain, Account, Enter, hooks } = makeTimedLedger()
  domain.config.eventProcessing = 'sync'
  hooks.booking = () => {
    throw new Error('the reaction fails')
  }
  await domain.init()
  await domain.process(new Enter({ account: 'a', amount: 3 }))
  expect((await work(domain)).failures).toMatchObject([{ handler: 'Bookings', error: { name: 'ReactionError' } }])
  expect((await work(domain)).failures).toEqual([])
  expect((await domain.repositoryFor(Account).get('a')).total).toBe(3)
})
