/**
 * Events per second of a projection's rebuild on PostgreSQL, against the driver alone doing the same calls: a page of the log, the rows of its accounts read,
 * changed and written with two statements, the cursor noted, all in one transaction. Both take turns; the medians are compared. In memory, ours alone.
 */

import { Pool } from 'pg'
import { Domain, field, rebuildProjection } from 'proteanjs'
import { DATABASE_URI } from './postgres-server.ts'

const EVENTS = 20_000
const ACCOUNTS = 1000
const ROUNDS = 5
const PAGE = 500
const schema = `bench_rebuild_${process.pid}`

async function bankOn(entry: Readonly<Record<string, unknown>>) {
  const domain = new Domain('bank', { config: { eventProcessing: 'async', databases: { default: entry } } })
  class Moved extends domain.event(
    'Moved',
    { account: field.identifier({ required: true }), amount: field.integer({ required: true }) },
    { partOf: 'Account' },
  ) {}
  class Account extends domain.aggregate('Account', { account: field.identifier({ identifier: true }) }) {
    move(amount: number) {
      this.raise(new Moved({ account: this.account, amount }))
    }
  }
  class Summary extends domain.projection('Summary', {
    account: field.identifier({ identifier: true }),
    balance: field.integer({ default: 0 }),
    transactions: field.integer({ default: 0 }),
  }) {}
  domain.projector('Summaries', { projectorFor: Summary }).on(Moved, async ({ account, amount }) => {
    const summaries = domain.repositoryFor(Summary)
    const summary = (await summaries.find(account)) ?? new Summary({ account })
    summary.balance += amount
    summary.transactions += 1
    await summaries.add(summary)
  })
  await domain.init()
  await domain.providers.get('default')?.createDatabaseArtifacts()
  const accounts = Array.from({ length: ACCOUNTS }, (_, at) => new Account({ account: `a${at}` }))
  for (let turn = 0; turn < EVENTS / ACCOUNTS; turn += 1) {
    await domain.unitOfWork(async () => {
      for (const account of accounts) {
        account.move(turn)
        await domain.repositoryFor(Account).add(account)
      }
    })
  }
  const rebuilt = async () => {
    const { read, rowsAfter } = await rebuildProjection(domain, Summary, { batchSize: PAGE })
    if (read !== EVENTS || rowsAfter !== ACCOUNTS) throw new Error(`${read} events made ${rowsAfter} rows`)
  }
  return { domain, rebuilt }
}

interface Place {
  readonly xid: string
  readonly global_position: string
  readonly data: { readonly account: string; readonly amount: number }
}

async function byHand(driver: Pool): Promise<void> {
  await driver.query('DROP TABLE IF EXISTS raw_summary')
  await driver.query(
    'CREATE TABLE raw_summary (account text COLLATE "C" PRIMARY KEY, balance bigint NOT NULL, transactions bigint NOT NULL)',
  )
  const client = await driver.connect()
  try {
    for (let last: readonly [string, string] = ['0', '0'], done = 0; done < EVENTS; ) {
      const { rows } = await client.query<Place>({
        name: 'page',
        text: `SELECT ordering_xid::text AS xid, global_position, data FROM protean_messages WHERE category = 'bank::account'
          AND (ordering_xid, global_position) > ($1::xid8, $2) ORDER BY ordering_xid, global_position LIMIT $3`,
        values: [...last, PAGE],
      })
      await client.query('BEGIN')
      const found = await client.query<{ account: string; balance: string; transactions: string }>({
        name: 'load',
        text: 'SELECT account, balance, transactions FROM raw_summary WHERE account = ANY($1::text[])',
        values: [rows.map(({ data }) => data.account)],
      })
      const all = new Map(found.rows.map((row) => [row.account, { balance: Number(row.balance), transactions: Number(row.transactions) }]))
      for (const { data } of rows) {
        const { balance, transactions } = all.get(data.account) ?? { balance: 0, transactions: 0 }
        all.set(data.account, { balance: balance + data.amount, transactions: transactions + 1 })
      }
      const columns = [[...all.keys()], [...all.values()].map(({ balance }) => balance), [...all.values()].map((row) => row.transactions)]
      await client.query({
        name: 'upsert',
        text: `INSERT INTO raw_summary SELECT * FROM unnest($1::text[], $2::bigint[], $3::bigint[])
          ON CONFLICT (account) DO UPDATE SET balance = excluded.balance, transactions = excluded.transactions`,
        values: columns,
      })
      const end = rows.at(-1)
      last = [end?.xid ?? '0', end?.global_position ?? '0']
      await client.query({ name: 'note', text: "UPDATE raw_rebuild SET place = $1 WHERE id = 'summary'", values: [last.join('-')] })
      await client.query('COMMIT')
      done += rows.length
    }
  } finally {
    client.release()
  }
}

async function seconds(body: () => Promise<void>): Promise<number> {
  const begin = performance.now()
  await body()
  return (performance.now() - begin) / 1000
}

function median(values: readonly number[]): number {
  return [...values].sort((one, other) => one - other)[Math.floor(values.length / 2)] ?? Number.NaN
}

function perSecond(time: number): string {
  return Math.round(EVENTS / time).toLocaleString('en')
}

const memory = await bankOn({ provider: 'memory' })
const inMemory: number[] = []
for (let round = 0; round < ROUNDS; round += 1) inMemory.push(await seconds(memory.rebuilt))
await memory.domain.close()
console.log(`in memory: ${perSecond(median(inMemory))} events/s`)

const driver = new Pool({ connectionString: DATABASE_URI, max: 2, options: `-c search_path=${schema}` })
const { domain, rebuilt } = await bankOn({ provider: 'postgresql', databaseUri: DATABASE_URI, schema })
await driver.query('CREATE TABLE raw_rebuild (id text PRIMARY KEY, place text NOT NULL)')
await driver.query("INSERT INTO raw_rebuild VALUES ('summary', '')")
const ours: number[] = []
const raw: number[] = []
for (let round = 0; round < ROUNDS; round += 1) {
  ours.push(await seconds(rebuilt))
  raw.push(await seconds(() => byHand(driver)))
}
console.log(
  `on PostgreSQL: ${perSecond(median(ours))} events/s, the driver alone ${perSecond(median(raw))}, ratio ${(median(raw) / median(ours)).toFixed(2)}`,
)
await domain.close()
await driver.query(`DROP SCHEMA ${schema} CASCADE`)
await driver.end()
