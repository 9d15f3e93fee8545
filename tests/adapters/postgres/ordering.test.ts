import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { PostgresClient } from '../../../src/adapters/postgres/client.ts'
import { loadDriver } from '../../../src/adapters/postgres/driver.ts'
import { command } from '../../../src/adapters/postgres/event-schema.ts'
import { PoolClient } from '../../../src/adapters/postgres/pool-client.ts'
import { poolOptions } from '../../../src/adapters/postgres/settings.ts'
import type { RecordedMessage } from '../../../src/testing/conformance/check-log.ts'
import { checkLog, recorded } from '../../../src/testing/conformance/check-log.ts'
import { LogFollower } from '../../../src/testing/conformance/log-follower.ts'
import { MessageMaker } from '../../../src/testing/conformance/messages.ts'
import { describePostgres } from '../../support/postgres.ts'
import type { PostgresHarness } from '../support/postgres-harness.ts'
import { postgresDatabase } from '../support/postgres-harness.ts'
import { appendStatements, conformanceClusters, sequence, someAppends, writePlainly, writeSlowly } from './log-writers.ts'

const WRITERS = 24
const TURNS = 12
const SEED = 20_260_102

describePostgres('G3: the order of the log on PostgreSQL', (server) => {
  let harness: PostgresHarness
  let client: PostgresClient
  const make = new MessageMaker()

  beforeEach(async () => {
    harness = postgresDatabase(server, { poolSize: 4, maxOverflow: 12 })
    const { database, schema } = harness
    await database.open()
    await database.createArtifacts(conformanceClusters)
    client = new PoolClient({
      pool: poolOptions('test', { databaseUri: server.uri, schema, poolSize: 1, maxOverflow: 15 }),
      load: () => loadDriver('test'),
    })
    await client.open()
  })

  afterEach(async () => {
    await client.close()
    await harness.dispose()
  })

  const kill = async (pid: number) => void (await server.admin('SELECT pg_terminate_backend($1)', [pid]))

  /** Everything that is in the table, whoever put it there and whatever he heard of it. */
  async function stored(): Promise<readonly RecordedMessage[]> {
    const rows = await server.admin(`SELECT stream, position::int, id FROM "${harness.schema}".protean_messages ORDER BY global_position`)
    return rows as unknown as readonly RecordedMessage[]
  }

  /** A reader that goes by the position alone, as most stores do. */
  async function afterPosition(position: number): Promise<readonly (RecordedMessage & { readonly at: number })[]> {
    const text = `SELECT global_position::int AS at, stream, position::int, id FROM "${harness.schema}".protean_messages WHERE global_position > $1 ORDER BY global_position`
    return (await server.admin(text, [position])) as unknown as readonly (RecordedMessage & { readonly at: number })[]
  }

  test('is that of every stream, and nothing is skipped or read twice, whatever writers do and however they end', {
    timeout: 120_000,
  }, async () => {
    const setup = { database: harness.database, client, make, kill }
    const { events } = harness.database
    let writing = true
    const claims: { readonly id: string; readonly outcome: string }[] = []
    const write = async (writer: number) => {
      const next = sequence(SEED + writer)
      for (let turn = 0; turn < TURNS; turn += 1) {
        const appends = someAppends(setup, writer, next)
        const outcome = await (writer % 3 === 0 ? writePlainly(setup, appends, next) : writeSlowly(setup, appends, next))
        claims.push(...appends.flatMap(({ messages }) => messages.map(({ id }) => ({ id, outcome }))))
      }
    }
    const written = Promise.all(Array.from({ length: WRITERS }, (_, writer) => write(writer))).finally(() => {
      writing = false
    })
    const wishes = [
      { pageSize: 1 },
      { pageSize: 7 },
      { pageSize: 500 },
      { category: 'hot', pageSize: 3 },
      { category: 'warm', pageSize: 100 },
      { category: 'cold', pageSize: 10 },
      { pageSize: 5, types: ['Shop.OrderPlaced.v1'] },
    ]
    const read = wishes.map(async (wish) => {
      const follower = new LogFollower(events, wish)
      while (writing) await follower.poll()
      await written
      const all = (await stored()).filter(({ stream }) => wish.category === undefined || stream.startsWith(`${wish.category}-`))
      await follower.until(() => all.length)
      return { wish, violations: checkLog({ appended: all, read: follower.messages.map(recorded) }) }
    })
    await written
    for (const { wish, violations } of await Promise.all(read)) expect({ wish, violations }).toEqual({ wish, violations: [] })

    const there = new Set((await stored()).map(({ id }) => id))
    expect(there.size).toBeGreaterThan(WRITERS * TURNS)
    expect(claims.filter(({ id, outcome }) => outcome !== 'unknown' && there.has(id) !== (outcome === 'stored'))).toEqual([])
    expect(new Set(claims.map(({ outcome }) => outcome))).toEqual(new Set(['stored', 'not stored', 'unknown']))
  })

  describe('is proved by a checker that sees what goes wrong otherwise', () => {
    test('a reader that goes by position skips what is committed late', async () => {
      const late = await client.session()
      await late.flush([command('BEGIN'), ...appendStatements([make.append('order-late')])])
      await harness.database.events.append([make.append('order-early')])
      const read = [...(await afterPosition(0))]
      await late.flush([command('COMMIT')])
      late.release()
      read.push(...(await afterPosition(read.at(-1)?.at ?? 0)))

      expect(checkLog({ appended: await stored(), read }).map(({ kind, stream }) => `${kind} ${stream}`)).toEqual(['skip order-late'])
      const follower = new LogFollower(harness.database.events)
      await follower.until(() => 2)
      expect(checkLog({ appended: await stored(), read: follower.messages.map(recorded) })).toEqual([])
    })

    test('what is newer than a transaction that still runs is kept back, and comes in order then', async () => {
      const late = await client.session()
      await late.flush([command('BEGIN'), ...appendStatements([make.append('order-late')])])
      await harness.database.events.append([make.append('order-early')])
      expect(await harness.database.events.readAll({ limit: 10 })).toEqual({ messages: [], cursor: undefined })
      expect((await harness.database.events.readStream('order-early', { limit: 10 })).length).toBe(1)
      await late.flush([command('COMMIT')])
      late.release()
      const { messages } = await harness.database.events.readAll({ limit: 10 })
      expect(messages.map(({ stream }) => stream)).toEqual(['order-late', 'order-early'])
    })

    for (const [what, violations, change] of [
      ['an old transaction that appends late comes after what it came after', [], (text: string) => text],
      [
        'going by its own id it would come before that',
        ['out-of-order order-1 at 0'],
        (text: string) => text.replace('greatest(pg_current_xact_id(), last.ordering_xid)', 'pg_current_xact_id()'),
      ],
    ] as const) {
      test(what, async () => {
        const old = await client.session()
        await old.flush([command('BEGIN'), command('SELECT pg_current_xact_id()')])
        await harness.database.events.append([make.append('order-1')])
        await old.flush(appendStatements([make.append('order-1')]).map((statement) => ({ ...statement, text: change(statement.text) })))
        await old.flush([command('COMMIT')])
        old.release()
        const follower = new LogFollower(harness.database.events)
        await follower.until(() => 2)
        const found = checkLog({ appended: await stored(), read: follower.messages.map(recorded) })
        expect(found.map(({ kind, stream, position }) => `${kind} ${stream} at ${position}`)).toEqual(violations)
      })
    }
  })
})
