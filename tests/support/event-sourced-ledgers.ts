import { Domain, field } from 'proteanjs'
import { describe, expect, test } from 'vitest'
import { storedSnapshots, tamperWithSnapshots } from '../event-sourcing/stored-snapshots.ts'

/** The entry of a database in the configuration, and beside it that of an event store, when it is one of its own. */
type LedgerEntry = Readonly<Record<string, unknown>> & {
  readonly eventStore?: Readonly<Record<string, unknown>>
  readonly dispose?: () => void
}

/** A ledger with every kind of value in its state, as event-sourced aggregates have them on a real database. */
function makeLedger({ eventStore, dispose: _, ...database }: LedgerEntry) {
  const config = { snapshotThreshold: 5, hotAggregates: 0, commandProcessing: 'sync', eventProcessing: 'sync' } as const
  const domain = new Domain('ledgers', {
    config: { ...config, databases: { default: database }, ...(eventStore === undefined ? {} : { eventStore }) },
  })
  class Money extends domain.valueObject('Money', { amount: field.decimal({ scale: 2, required: true }), currency: field.string() }) {}
  class Entered extends domain.event(
    'Entered',
    { text: field.string({ required: true }), price: field.valueObject(Money), on: field.date(), at: field.dateTime(), data: field.dict() },
    { partOf: 'Ledger' },
  ) {}
  class Entry extends domain.entity('Entry', { text: field.string(), price: field.valueObject(Money) }, { partOf: 'Ledger' }) {}
  class Ledger extends domain.aggregate(
    'Ledger',
    {
      count: field.integer({ default: 0 }),
      on: field.date(),
      at: field.dateTime(),
      data: field.dict(),
      last: field.hasOne(Entry),
      entries: field.hasMany(Entry),
    },
    { eventSourced: true },
  ) {
    static {
      this.applies(Entered, (ledger, { text, price, on, at, data }) => {
        ledger.count += 1
        ledger.on = on
        ledger.at = at
        ledger.data = data
        ledger.last = new Entry({ text, price })
        if (ledger.entries.length < 3) ledger.entries.add(new Entry({ text, price }))
      })
    }
    enter(text: string) {
      const at = new Date('2026-01-02T03:04:05.678Z')
      this.raise(new Entered({ text, price: new Money({ amount: '12.50' }), on: '2026-01-02', at, data: { ünï: [1, { x: null }] } }))
    }
  }
  class Enter extends domain.command('Enter', { id: field.identifier({ required: true }) }, { partOf: Ledger }) {}
  domain.commandHandler('LedgerCommands', { partOf: Ledger }).handle(Enter, async ({ id }) => {
    const ledger = await domain.repositoryFor(Ledger).get(id)
    ledger.enter('one more')
    await domain.repositoryFor(Ledger).add(ledger)
  })
  class Summary extends domain.projection('Summary', { id: field.identifier({ identifier: true }), entries: field.integer() }) {}
  domain.projector('Summaries', { projectorFor: Summary }).on(Entered, async (_, message) => {
    const id = message.stream.slice('ledgers::ledger-'.length)
    const known = await domain.repositoryFor(Summary).find(id)
    await domain.repositoryFor(Summary).add(Object.assign(known ?? new Summary({ id, entries: 0 }), { entries: (known?.entries ?? 0) + 1 }))
  })
  return { domain, Ledger, Enter, Summary, isApart: eventStore !== undefined }
}

type Ledgers = ReturnType<typeof makeLedger>

/** What event-sourced aggregates do on a database; `entry` gives an empty one for each test. */
export function testLedgers(name: string, entry: () => Promise<LedgerEntry> | LedgerEntry): void {
  const using = async (body: (ledgers: Ledgers) => Promise<void>) => {
    const configured = await entry()
    const ledgers = makeLedger(configured)
    await ledgers.domain.init()
    const [provider] = ledgers.domain.providers.values()
    await provider?.createDatabaseArtifacts()
    await provider?.resetData()
    if (configured.eventStore !== undefined) {
      await ledgers.domain.eventStore.createArtifacts()
      await ledgers.domain.eventStore.resetData()
    }
    try {
      await body(ledgers)
    } finally {
      await ledgers.domain.close()
      configured.dispose?.()
    }
  }

  describe(`an event-sourced aggregate on ${name}`, { timeout: 60_000 }, () => {
    test('is read back with every kind of value, from events and from a snapshot', () =>
      using(async ({ domain, Ledger }) => {
        const ledger = new Ledger({ id: 'l-1' })
        for (const text of ['a', 'b', 'c', 'd', 'e', 'f']) ledger.enter(text)
        await domain.repositoryFor(Ledger).add(ledger)
        await expect.poll(async () => (await storedSnapshots(domain, 'ledgers::ledger-l-1')).length).toBe(1)
        const fromSnapshot = await domain.repositoryFor(Ledger).get('l-1')
        await tamperWithSnapshots(domain, { shape: 'other' })
        const fromEvents = await domain.repositoryFor(Ledger).get('l-1')
        for (const found of [fromSnapshot, fromEvents, await domain.repositoryFor(Ledger).get('l-1', { atVersion: 5 })]) {
          expect(found.toObject()).toEqual(ledger.toObject())
          expect(found._version).toBe(5)
        }
        expect(await domain.repositoryFor(Ledger).get('l-1', { atVersion: 1 })).toMatchObject({ count: 2, _version: 1 })
      }))

    test('loses no change of several at once, and its projection none either', () =>
      using(async ({ domain, Ledger, Enter, Summary }) => {
        const ledger = new Ledger({ id: 'l1' })
        ledger.enter('first')
        await domain.repositoryFor(Ledger).add(ledger)
        for (let round = 0; round < 3; round += 1) await Promise.all([1, 2, 3].map(() => domain.process(new Enter({ id: 'l1' }))))
        expect(await domain.repositoryFor(Ledger).get('l1')).toMatchObject({ count: 10, _version: 9 })
        expect((await domain.repositoryFor(Summary).get('l1')).entries).toBe(10)
      }))

    test('that is stale is refused with its rows', () =>
      using(async ({ domain, Ledger, Summary, isApart }) => {
        const ledger = new Ledger({ id: 'l1' })
        ledger.enter('first')
        await domain.repositoryFor(Ledger).add(ledger)
        const stale = await domain.repositoryFor(Ledger).get('l1')
        ledger.enter('second')
        await domain.repositoryFor(Ledger).add(ledger)
        const both = domain.unitOfWork(async () => {
          stale.enter('lost')
          await domain.repositoryFor(Ledger).add(stale)
          await domain.repositoryFor(Summary).add(new Summary({ id: 'x' }))
        })
        // Rows cannot commit with an event store of its own at all.
        await expect(both).rejects.toMatchObject({ code: isApart ? 'TWO_STORES' : 'EXPECTED_VERSION' })
        stale.enter('lost too')
        await expect(domain.repositoryFor(Ledger).add(stale)).rejects.toMatchObject({ code: 'EXPECTED_VERSION' })
        expect(await domain.repositoryFor(Summary).find('x')).toBeUndefined()
        expect((await domain.repositoryFor(Ledger).get('l1')).count).toBe(2)
      }))

    test('is appended to by a query in its unit of work, and by what follows it', () =>
      using(async ({ domain, Ledger, Summary }) => {
        await domain.unitOfWork(async () => {
          const ledger = new Ledger({ id: 'l1' })
          ledger.enter('first')
          await domain.repositoryFor(Ledger).add(ledger)
          expect(await domain.repositoryFor(Summary).count()).toBe(0)
          ledger.enter('second')
        })
        expect(await domain.repositoryFor(Ledger).get('l1')).toMatchObject({ count: 2, _version: 1 })
      }))

    test('has a history of several pages', () =>
      using(async ({ domain, Ledger }) => {
        const ledger = new Ledger({ id: 'l1' })
        for (let number = 0; number < 2500; number += 1) ledger.enter(`entry ${number}`)
        await domain.repositoryFor(Ledger).add(ledger)
        expect(await domain.repositoryFor(Ledger).get('l1', { atVersion: 2300 })).toMatchObject({ count: 2301, _version: 2300 })
        await tamperWithSnapshots(domain, { shape: 'other' })
        expect(await domain.repositoryFor(Ledger).get('l1')).toMatchObject({ count: 2500, _version: 2499 })
      }))
  })
}
