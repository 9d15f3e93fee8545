/**
 * Event-sourced aggregates: events folded a second in memory, what a snapshot and the cache of hot aggregates save, appends to one stream and to many, and
 * how long loading a long history takes beside reading its rows with the driver or the store alone. Databases: memory, a file of SQLite, and PostgreSQL
 * where PROTEAN_TEST_POSTGRES names one.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { Domain, field } from 'proteanjs'

const LONG = 25_000
const FOLDER = mkdtempSync(join(tmpdir(), 'proteanjs-bench-'))
const FILE = join(FOLDER, 'bench.db')

type Entry = Readonly<Record<string, unknown>>

function makeBank(database: Entry, config: { readonly snapshotThreshold?: number; readonly hotAggregates?: number } = {}) {
  const domain = new Domain('bench', {
    config: { commandProcessing: 'sync', eventProcessing: 'sync', databases: { default: database }, ...config },
  })
  class Deposited extends domain.event(
    'Deposited',
    { accountId: field.identifier({ required: true }), amount: field.integer({ required: true }), note: field.string({ maxLength: 50 }) },
    { partOf: 'Account' },
  ) {}
  class Account extends domain.aggregate(
    'Account',
    { balance: field.integer({ default: 0 }), deposits: field.integer({ default: 0 }), note: field.string() },
    { eventSourced: true },
  ) {
    static {
      this.invariant('an account is never overdrawn', (account) => account.balance >= 0)
      this.applies(Deposited, (account, event) => {
        account.balance += event.amount
        account.deposits += 1
        account.note = event.note
      })
    }

    deposit(amount: number): void {
      this.raise(new Deposited({ accountId: this.id, amount, note: 'a deposit' }))
    }
  }
  return { domain, Account, accounts: () => domain.repositoryFor(Account) }
}

type Bank = ReturnType<typeof makeBank>

async function started(database: Entry, config?: Parameters<typeof makeBank>[1]): Promise<Bank> {
  const bank = makeBank(database, config)
  await bank.domain.init()
  const [provider] = bank.domain.providers.values()
  await provider?.createDatabaseArtifacts()
  await provider?.resetData()
  return bank
}

async function withHistory({ Account, accounts }: Bank, id: string, events: number): Promise<void> {
  const account = new Account({ id })
  for (let number = 0; number < events; number += 1) {
    account.deposit(1)
    if (account._events.length === 1000 || number === events - 1) await accounts().add(account)
  }
}

/** Milliseconds of processor time of the quickest of several runs, waiting for a server not included: other programs share the machine. */
async function quickest(runs: number, body: () => Promise<unknown>): Promise<number> {
  let best = Number.POSITIVE_INFINITY
  for (let run = 0; run < runs; run += 1) {
    globalThis.gc?.()
    const before = process.cpuUsage()
    await body()
    const { user, system } = process.cpuUsage(before)
    best = Math.min(best, (user + system) / 1000)
  }
  return best
}

const postgres = process.env.PROTEAN_TEST_POSTGRES
const DATABASES: Readonly<Record<string, Entry>> = {
  memory: { provider: 'memory' },
  SQLite: { provider: 'sqlite', databaseUri: `sqlite:///${FILE}` },
  ...(postgres === undefined ? {} : { PostgreSQL: { provider: 'postgresql', databaseUri: postgres, schema: 'bench_event_sourcing' } }),
}
const NEVER = { snapshotThreshold: 1_000_000, hotAggregates: 0 }

for (const [name, entry] of Object.entries(DATABASES)) {
  console.log(`\n${name}`)
  await long(name, entry)
  await thousand(entry)
  await appends(entry)
}
rmSync(FOLDER, { recursive: true })

/** A long history beside the reading of its rows. */
async function long(name: string, entry: Entry): Promise<void> {
  const bank = await started(entry, NEVER)
  await withHistory(bank, 'long', LONG)
  const load = async () => {
    const { _version: version } = await bank.accounts().get('long')
    if (version !== LONG - 1) throw new Error(`version ${version}`)
  }
  const raw = await rawReader(name, bank)
  await load()
  const [loading, reading] = [await quickest(5, load), await quickest(5, raw.read)]
  line(`load ${LONG.toLocaleString('en')} events`, `${loading.toFixed(0)} ms`, `${perSecond(LONG, loading)} events/s`)
  line(`read the rows ${raw.how}`, `${reading.toFixed(0)} ms`, `loading takes ${(loading / reading).toFixed(1)} times that`)
  await bank.domain.close()
}

/** The rows as whoever has no aggregates reads them: with data and metadata parsed. */
async function rawReader(name: string, { domain }: Bank): Promise<{ readonly how: string; readonly read: () => Promise<unknown> }> {
  const stream = 'bench::account-long'
  if (name === 'PostgreSQL') {
    const { Client } = await import('pg')
    return {
      how: 'with pg',
      async read() {
        const client = new Client({ connectionString: postgres })
        await client.connect()
        const text = 'SELECT * FROM bench_event_sourcing.protean_messages WHERE stream = $1 ORDER BY position'
        const { rows } = await client.query(text, [stream])
        await client.end()
        if (rows.length !== LONG) throw new Error(`${rows.length} rows`)
      },
    }
  }
  if (name === 'SQLite') {
    const database = new DatabaseSync(FILE, { readOnly: true })
    const all = database.prepare('SELECT * FROM protean_messages WHERE stream = ? ORDER BY position')
    return {
      how: 'with node:sqlite',
      async read() {
        const rows = all
          .all(stream)
          .map(({ data, metadata }) => [JSON.parse(data as string) as unknown, JSON.parse(metadata as string) as unknown])
        if (rows.length !== LONG) throw new Error(`${rows.length} rows`)
      },
    }
  }
  return { how: 'from the store', read: () => domain.eventStore.readStream(stream, { limit: LONG }) }
}

/** A history of a thousand events, read in the ways there are. */
async function thousand(entry: Entry): Promise<void> {
  const ways = {
    'all of its events': NEVER,
    'a snapshot and 9 events': { snapshotThreshold: 10, hotAggregates: 0 },
    'in memory, and what is new': { snapshotThreshold: 10, hotAggregates: 1000 },
  }
  let first: number | undefined
  for (const [way, config] of Object.entries(ways)) {
    const bank = await started(entry, config)
    await withHistory(bank, 'a1', 991)
    if (config !== NEVER) await bank.domain.createSnapshots(bank.Account)
    const account = await bank.accounts().get('a1')
    for (let number = 0; number < 9; number += 1) account.deposit(1)
    await bank.accounts().add(account)
    const loads = way === 'all of its events' ? 20 : 200
    const body = async () => {
      for (let load = 0; load < loads; load += 1) await bank.accounts().get('a1')
    }
    await body()
    const ms = (await quickest(3, body)) / loads
    first ??= ms
    line(`load 1,000 events: ${way}`, `${(ms * 1000).toFixed(0)} µs`, `${(first / ms).toFixed(1)} times as fast`)
    await bank.domain.close()
  }
}

/** Load, one event, append: to one stream, one after the other; to many, 16 at a time. */
async function appends(entry: Entry): Promise<void> {
  for (const hotAggregates of [0, 1000]) {
    const bank = await started(entry, { hotAggregates })
    const deposit = async (id: string) => {
      const account = await bank.accounts().get(id)
      account.deposit(1)
      await bank.accounts().add(account)
    }
    const cache = hotAggregates === 0 ? 'without cache' : 'with cache'
    await withHistory(bank, 'hot', 1)
    const one = await quickest(3, async () => {
      for (let number = 0; number < 500; number += 1) await deposit('hot')
    })
    line(`one hot stream, ${cache}`, `${perSecond(500, one)}/s`)
    for (let number = 0; number < 1000; number += 1) await withHistory(bank, `a${number}`, 1)
    const many = await quickest(3, async () => {
      let next = 0
      const worker = async () => {
        while (next < 1000) {
          next += 1
          await deposit(`a${next - 1}`)
        }
      }
      await Promise.all(Array.from({ length: 16 }, worker))
    })
    line(`1,000 streams, 16 at a time, ${cache}`, `${perSecond(1000, many)}/s`)
    await bank.domain.close()
  }
}

function perSecond(count: number, ms: number): string {
  return Math.round((count / ms) * 1000).toLocaleString('en')
}

function line(what: string, ...figures: readonly string[]): void {
  console.log(`  ${what.padEnd(52)}${figures.map((figure) => figure.padStart(14)).join('   ')}`)
}
