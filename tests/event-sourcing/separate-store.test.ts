import { DatabaseError, Domain, Engine, field } from 'proteanjs'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { sourcedCounter } from './sourced-counter.ts'

let counting: ReturnType<typeof sourcedCounter>
const add = (...ids: string[]) =>
  counting.domain.unitOfWork(async () => {
    for (const id of ids) await counting.domain.process(new counting.Increment({ id }), { asynchronous: false })
  })
const stored = async () => (await counting.domain.eventStore.readAll({ limit: 100 })).messages

beforeEach(async () => {
  const memory = { provider: 'memory' }
  counting = sourcedCounter({ databases: { default: memory }, eventStore: memory })
  await counting.domain.init({ traverse: false })
})
afterEach(async () => {
  vi.restoreAllMocks()
  await counting.domain.close()
})

describe('a unit of work that saves event-sourced aggregates to an event store of their own', () => {
  test('appends to all streams at once, without a transaction of the database', async () => {
    const append = vi.spyOn(counting.domain.eventStore, 'append')
    const { database } = counting.domain.providers.get('default')!
    const [begin, commit] = [vi.spyOn(database, 'begin'), vi.spyOn(database, 'commit')]
    await add('a', 'b')
    expect(append).toHaveBeenCalledTimes(1)
    expect(begin).not.toHaveBeenCalled()
    expect(commit).not.toHaveBeenCalled()
    expect((await stored()).map(({ stream }) => stream)).toEqual(
      ['counter:command-a', 'counter:command-b', 'counter-a', 'counter-b'].map((stream) => `counting::${stream}`),
    )
    expect(await database.events?.readAll({ limit: 1 })).toMatchObject({ messages: [] })
  })

  test('stores nothing when one of the streams has moved on', async () => {
    await add('a')
    const { domain, Counter } = counting
    const stale = await domain.repositoryFor(Counter).get('a')
    await add('a')
    const before = await stored()
    const counted = (counter: InstanceType<typeof Counter>) => counting.raise(counter)
    const both = domain.unitOfWork(async () => {
      for (const counter of [new Counter({ id: 'b' }), stale]) await domain.repositoryFor(Counter).add(counted(counter))
    })
    await expect(both).rejects.toMatchObject({ code: 'EXPECTED_VERSION' })
    expect((await stored()).length).toBe(before.length)
    expect(await domain.repositoryFor(Counter).find('b')).toBeUndefined()
  })

  test.each([true, false])('whose answer is lost takes effect once, stored: %s', async (isStored) => {
    const store = counting.domain.eventStore
    const append = store.append.bind(store)
    vi.spyOn(store, 'append').mockImplementationOnce(async (all) => {
      if (isStored) await append(all)
      throw new DatabaseError('gone', { code: 'COMMIT_OUTCOME_UNKNOWN', retryable: true })
    })
    await add('a')
    expect((await stored()).length).toBe(2)
  })

  test('whose notes cannot be committed says so, and the same key does not repeat it', async () => {
    const { domain, Increment, Counter } = counting
    const { database } = domain.providers.get('default')!
    const begin = database.begin.bind(database)
    vi.spyOn(database, 'begin').mockImplementationOnce(async () => {
      const transaction = await begin()
      vi.spyOn(transaction, 'commit').mockRejectedValue(new DatabaseError('down', { retryable: true }))
      return transaction
    })
    const submit = () => domain.process(new Increment({ id: 'a' }), { asynchronous: false, idempotencyKey: 'k' })
    await expect(submit()).rejects.toMatchObject({ code: 'ROWS_NOT_COMMITTED' })
    await submit()
    await submit()
    expect((await domain.repositoryFor(Counter).get('a')).count).toBe(1)
  })

  test('in an engine, whose checkpoint cannot be committed, is not handled again', async () => {
    const { domain, Increment, Counter } = counting
    const { database } = domain.providers.get('default')!
    const begin = database.begin.bind(database)
    await domain.process(new Increment({ id: 'a' }))
    vi.spyOn(database, 'begin').mockImplementationOnce(async () => {
      const transaction = await begin()
      vi.spyOn(transaction, 'commit').mockRejectedValue(new DatabaseError('down'))
      return transaction
    })
    const engine = new Engine(domain, { testMode: true, random: { next: () => 0 } })
    await engine.run()
    expect(engine.failures.map(({ error }) => (error as { code?: string }).code)).toContain('ROWS_NOT_COMMITTED')
    vi.restoreAllMocks()
    await expect
      .poll(async () => {
        await new Engine(domain, { testMode: true }).run()
        return (await stored()).filter(({ type }) => type === 'Counting.Counted.v1').length
      })
      .toBe(1)
    expect((await domain.repositoryFor(Counter).get('a')).count).toBe(1)
  })
})

test('an event-sourced aggregate on a database without an event store is refused by init()', async () => {
  const provider = new URL('../support/eventless-provider.ts', import.meta.url).pathname
  const domain = new Domain('plain', { config: { databases: { default: { provider: 'memory' }, rows: { provider } } } })
  const Happened = domain.event('Happened', { what: field.string() }, { partOf: 'Diary' })
  class Diary extends domain.aggregate('Diary', {}, { eventSourced: true, provider: 'rows' }) {
    static {
      this.applies(Happened, () => undefined)
    }
  }
  expect(Diary.name).toBe('Diary')
  await expect(domain.init({ traverse: false })).rejects.toMatchObject({
    problems: [{ code: 'NO_EVENT_STORE', element: 'Diary', fix: expect.stringContaining('event_store') }],
  })
})
