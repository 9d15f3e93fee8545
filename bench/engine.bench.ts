/**
 * Events on PostgreSQL to a projection, by an engine, against the driver alone upserting the same rows in transactions of a page each; how long it takes from a
 * commit until its event is handled; and what an engine asks of the server while there is nothing to do.
 */
import { Pool } from 'pg'
import { Domain, Engine, field } from 'proteanjs'
import type { Database } from '../src/ports/database.ts'

const databaseUri = process.env.PROTEAN_TEST_POSTGRES ?? 'postgresql://postgres@127.0.0.1:5432/test'
const schema = `bench_${process.pid}`
const EVENTS = 4000
/** One event after the other of few long streams, of some, and each of a stream of its own. */
const STREAMS = [20, 500, 4000]
const ROUNDS = 3
const SAMPLES = 200
const PAGE = 100
const IDLE_MS = 10_000

const domain = new Domain('bench', {
  config: {
    databases: { default: { provider: 'postgresql', databaseUri, schema } },
    commandProcessing: 'sync',
    server: { concurrency: 64 },
  },
})

class Moved extends domain.event('Moved', { id: field.identifier({ required: true }), to: field.integer() }, { partOf: 'Thing' }) {}

class Thing extends domain.aggregate('Thing', { id: field.identifier({ identifier: true }), at: field.integer({ default: 0 }) }) {
  move(times: number) {
    for (let time = 0; time < times; time += 1) {
      this.at += 1
      this.raise(new Moved({ id: this.id, to: this.at }))
    }
  }
}

class Place extends domain.projection('Place', { id: field.identifier({ identifier: true }), at: field.integer() }) {}

let onHandled: () => void = () => undefined
domain.projector('Places', { projectorFor: Place }).on(Moved, async ({ id, to }) => {
  const places = domain.repositoryFor(Place)
  const place = (await places.find(id)) ?? new Place({ id })
  place.at = to
  await places.add(place)
  onHandled()
})

await domain.init()
const provider = domain.providers.get('default')
if (provider === undefined) throw new Error('there is a default database')
await provider.createDatabaseArtifacts()
const driver = new Pool({ connectionString: databaseUri, max: 10, options: `-c search_path=${schema}` })
await driver.query('CREATE TABLE raw_places (id text PRIMARY KEY, at integer)')

try {
  for (const [streams, round] of STREAMS.flatMap((count) => Array.from({ length: ROUNDS }, (_, at) => [count, at + 1] as const))) {
    await provider.resetData()
    const things = Array.from({ length: streams }, (_, index) => new Thing({ id: `t${index}` }))
    for (const thing of things) {
      thing.move(EVENTS / streams)
      await domain.repositoryFor(Thing).add(thing)
    }
    const raw = await perSecond(EVENTS, () => rawUpserts(streams))
    const engine = await perSecond(EVENTS, handleAll)
    print(
      `events of ${streams} streams to a projection, round ${round}`,
      `engine ${shown(engine)}/s`,
      `raw upserts ${shown(raw)}/s`,
      `${(engine / raw).toFixed(2)} x`,
    )
  }
  await running(async () => {
    const times: number[] = []
    for (let sample = 0; sample < SAMPLES; sample += 1) {
      const thing = new Thing({ id: `late${sample}` })
      thing.move(1)
      const handled = new Promise<void>((resolve) => {
        onHandled = resolve
      })
      await domain.repositoryFor(Thing).add(thing)
      const committed = performance.now()
      await handled
      times.push(performance.now() - committed)
    }
    times.sort((one, other) => one - other)
    const at = (part: number) => `${(times[Math.floor(times.length * part)] ?? 0).toFixed(1)} ms`
    print('commit to handler', `p50 ${at(0.5)}`, `p99 ${at(0.99)}`)
  })
  await running(async () => {
    const count = counted(provider.database)
    await new Promise((resolve) => setTimeout(resolve, IDLE_MS))
    print('idle', `${((count() * 1000) / IDLE_MS).toFixed(2)} statements/s`)
  })
} finally {
  await driver.query(`DROP SCHEMA IF EXISTS ${schema} CASCADE`)
  await driver.end()
  await domain.close()
}

/** From the start of an engine until it has handled all events. */
async function handleAll(): Promise<void> {
  let left = EVENTS
  const engine = new Engine(domain)
  const handled = new Promise<void>((resolve) => {
    onHandled = () => {
      left -= 1
      if (left === 0) resolve()
    }
  })
  const ended = engine.run()
  await handled
  await engine.stop()
  await ended
}

async function rawUpserts(streams: number): Promise<void> {
  await driver.query('TRUNCATE raw_places')
  const client = await driver.connect()
  for (let from = 0; from < EVENTS; from += PAGE) {
    await client.query('BEGIN')
    for (let at = from; at < from + PAGE; at += 1) {
      await client.query('INSERT INTO raw_places (id, at) VALUES ($1, $2) ON CONFLICT (id) DO UPDATE SET at = excluded.at', [
        `t${at % streams}`,
        at,
      ])
    }
    await client.query('COMMIT')
  }
  client.release()
}

async function perSecond(count: number, work: () => Promise<unknown>): Promise<number> {
  const start = performance.now()
  await work()
  return (count * 1000) / (performance.now() - start)
}

/** With an engine that has nothing to do yet. */
async function running(body: () => Promise<void>): Promise<void> {
  const engine = new Engine(domain)
  const ended = engine.run()
  while ((await engine.status()).some(({ state, lag }) => state !== 'running' || lag !== 0))
    await new Promise((resolve) => setTimeout(resolve, 50))
  await body()
  await engine.stop()
  await ended
}

function counted(database: Database): () => number {
  let count = 0
  const count1 = (target: Record<string, unknown>, names: readonly string[]) => {
    for (const name of names) {
      const original = (target[name] as (...args: unknown[]) => unknown).bind(target)
      target[name] = (...args: unknown[]) => {
        count += 1
        return original(...args)
      }
    }
  }
  count1(database as unknown as Record<string, unknown>, ['load', 'select', 'count', 'commit', 'updateWhere', 'deleteWhere', 'begin'])
  count1(database.events as unknown as Record<string, unknown>, ['readAll', 'readCategory', 'readStream', 'head'])
  return () => count
}

function shown(value: number): string {
  return Math.round(value).toLocaleString('en')
}

function print(...cells: readonly string[]): void {
  console.log(cells.map((cell, at) => cell.padEnd(at === 0 ? 54 : 22)).join(''))
}
