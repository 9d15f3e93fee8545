/**
 * Messages per second from the log of PostgreSQL to a stream of Redis through one relay, against the drivers alone doing the same: pages read by position,
 * each added to the stream in one transaction, the position noted in a row. Both take turns; the medians are compared.
 */
import { Pool } from 'pg'
import { createClient } from 'redis'
import { createDatabase } from '../src/adapters/postgres/create-database.ts'
import { createBroker } from '../src/adapters/redis/create-adapters.ts'
import { OutboxRelay } from '../src/engine/outbox-relay.ts'
import { internalPublication } from '../src/engine/publication.ts'
import { MessageMaker } from '../src/testing/conformance/messages.ts'
import { systemClock } from '../src/util/runtime/clock.ts'
import { systemTimers } from '../src/util/runtime/timers.ts'

const databaseUri = process.env.PROTEAN_TEST_POSTGRES ?? 'postgresql://postgres@127.0.0.1:5432/test'
const uri = process.env.PROTEAN_TEST_REDIS ?? 'redis://127.0.0.1:6379'
const schema = `bench_${process.pid}`
const keyPrefix = `bench-${process.pid}`
const MESSAGES = 20_000
const STREAMS = 1000
const ROUNDS = 7
const PAGE_SIZE = 500

const database = createDatabase({ name: 'bench', settings: { databaseUri, schema }, timers: systemTimers })
const broker = createBroker({ name: 'bench', settings: { uri, keyPrefix }, timers: systemTimers })
const driver = new Pool({ connectionString: databaseUri, max: 1, options: `-c search_path=${schema}` })
const redis = createClient({ url: uri, RESP: 2 })
await Promise.all([database.open(), broker.open(), redis.connect()])
await database.createArtifacts([])
await driver.query('CREATE TABLE raw_cursor (id text PRIMARY KEY, position bigint NOT NULL)')
await driver.query("INSERT INTO raw_cursor VALUES ('relay', 0)")

const make = new MessageMaker()
for (let at = 0; at < MESSAGES; at += STREAMS) {
  await database.events.append(
    Array.from({ length: STREAMS }, (_, stream) =>
      make.append(`order-${stream}`, 1, { data: { orderId: `order-${stream}`, quantity: 3 } }),
    ),
  )
}

async function relayed(): Promise<void> {
  const relay = new OutboxRelay({
    name: 'outbox',
    home: database,
    log: database.events,
    broker,
    publication: internalPublication({ enabled: false, threshold: 0, backfillSuffix: 'backfill' }),
    clock: systemClock,
    pageSize: PAGE_SIZE,
    maxAttempts: 3,
    retention: undefined,
    delayMs: () => 1000,
    abandoned: {
      keep: async () => undefined,
      replays: async () => [],
      published: async () => undefined,
      refused: async () => undefined,
      count: async () => 0,
    },
    report: (error) => {
      throw error
    },
  })
  const save = async (state: object) => {
    await driver.query({
      name: 'note',
      text: "UPDATE raw_cursor SET position = position + 1 WHERE id = $1 AND $2::text <> ''",
      values: ['relay', JSON.stringify(state)],
    })
    return true
  }
  const fence = () => async () => true
  await relay.start({ token: 1, isValid: true, wasAbandoned: false, saved: undefined, save, fence, wake: () => undefined })
  let done = 0
  for (let now = await relay.pass(); now > 0; now = await relay.pass()) done += now
  await relay.stop()
  if (done !== MESSAGES) throw new Error(`the relay published ${done} messages`)
}

interface Row {
  readonly xid: string
  readonly global_position: string
  readonly data: object
  readonly metadata: object
}

async function byHand(): Promise<void> {
  for (let last: readonly [string, string] = ['0', '0'], done = 0; done < MESSAGES; ) {
    const { rows } = await driver.query<Row>({
      name: 'page',
      text: `SELECT ordering_xid::text AS xid, global_position, data, metadata FROM protean_messages
        WHERE (ordering_xid, global_position) > ($1::xid8, $2) ORDER BY ordering_xid, global_position LIMIT $3`,
      values: [...last, PAGE_SIZE],
    })
    const transaction = redis.multi()
    for (const { data, metadata } of rows)
      transaction.addCommand(['XADD', `${keyPrefix}:hand`, '*', 'data', JSON.stringify({ data, metadata })])
    await transaction.exec()
    const end = rows.at(-1) as Row
    last = [end.xid, end.global_position]
    done += rows.length
    await driver.query({
      name: 'cursor',
      text: 'UPDATE raw_cursor SET position = $2 WHERE id = $1',
      values: ['relay', end.global_position],
    })
  }
}

async function perSecond(run: () => Promise<void>): Promise<number> {
  const before = performance.now()
  await run()
  return (MESSAGES * 1000) / (performance.now() - before)
}

const figures: Record<string, number[]> = { relay: [], 'by hand': [] }
for (let round = 0; round < ROUNDS; round += 1) {
  figures.relay?.push(await perSecond(relayed))
  figures['by hand']?.push(await perSecond(byHand))
  await redis.unlink([`${keyPrefix}:hand`, `${keyPrefix}:stream:order`])
}
const median = (values: readonly number[] = []) => [...values].sort((left, right) => left - right)[Math.floor(values.length / 2)] ?? 0
const hand = median(figures['by hand'])
for (const [name, values] of Object.entries(figures))
  console.log(`${name.padEnd(10)} ${Math.round(median(values)).toLocaleString('en')} messages/s  ${(median(values) / hand).toFixed(2)}x`)

await driver.query(`DROP SCHEMA "${schema}" CASCADE`)
await Promise.all([database.close(), broker.close(), redis.close(), driver.end()])
