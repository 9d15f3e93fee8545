import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { appendStatements } from '../../../src/adapters/message-db/statements.ts'
import type { PostgresClient } from '../../../src/adapters/postgres/client.ts'
import { loadDriver } from '../../../src/adapters/postgres/driver.ts'
import { command } from '../../../src/adapters/postgres/event-schema.ts'
import { PoolClient } from '../../../src/adapters/postgres/pool-client.ts'
import { poolOptions } from '../../../src/adapters/postgres/settings.ts'
import type { StreamAppend } from '../../../src/ports/change-set.ts'
import type { RecordedMessage } from '../../../src/testing/conformance/check-log.ts'
import { checkLog, recorded } from '../../../src/testing/conformance/check-log.ts'
import { LogFollower } from '../../../src/testing/conformance/log-follower.ts'
import { MessageMaker } from '../../../src/testing/conformance/messages.ts'
import { describeMessageDb } from '../../support/message-db.ts'
import { sequence } from '../postgres/log-writers.ts'
import type { MessageDbHarness } from '../support/message-db-harness.ts'
import { messageDbEventStore } from '../support/message-db-harness.ts'

const WRITERS = 16
const TURNS = 10
const SEED = 20_260_102

describeMessageDb('G3: the order of the log in Message DB', (server) => {
  let harness: MessageDbHarness
  let client: PostgresClient
  const make = new MessageMaker()

  beforeEach(async () => {
    harness = await messageDbEventStore(server, { poolSize: 4, maxOverflow: 12 })
    await harness.events.open()
    const pool = poolOptions('test', { databaseUri: harness.uri, schema: 'message_store', poolSize: 1, maxOverflow: 15 })
    client = new PoolClient({ pool, load: () => loadDriver('test') })
    await client.open()
  })

  afterEach(async () => {
    await client.close()
    await harness.dispose()
  })

  const rows = async (text: string) => (await client.flush([{ text, values: [], gives: 'rows' }]))[0]?.rows ?? []

  /** Everything that is in the table, whoever put it there and whatever he heard of it. */
  async function stored(): Promise<readonly (RecordedMessage & { readonly at: number })[]> {
    const all = await rows('SELECT global_position AS at, stream_name AS stream, position, id FROM messages ORDER BY global_position')
    return all.map(({ at, stream, position, id }) => ({
      at: Number(at),
      stream: String(stream),
      position: Number(position),
      id: String(id),
    }))
  }

  async function fullRead(wish: ConstructorParameters<typeof LogFollower>[1] = {}): Promise<readonly string[]> {
    const follower = new LogFollower(harness.events, wish)
    await follower.until(() => 0)
    return follower.messages.map(({ stream, stored: place }) => `${stream}@${place?.position}`)
  }

  /** Holds a transaction open before and after it writes, as other programs may, and ends it one way or another. */
  async function writeSlowly(appends: readonly StreamAppend[], next: (bound: number) => number): Promise<void> {
    const session = await client.session()
    const dawdle = async (turns: number) => {
      for (let turn = 0; turn < turns; turn += 1) await session.flush([command('SELECT 1')])
    }
    try {
      await session.flush([command('BEGIN')])
      if (next(2) === 0) await session.flush([command('SELECT pg_current_xact_id()')])
      await dawdle(next(6))
      await session.flush(appendStatements(appends))
      await dawdle(next(10))
      const fate = next(8)
      if (fate === 1) {
        const [pid] = await session.flush([{ text: 'SELECT pg_backend_pid() AS pid', values: [], gives: 'rows' }])
        await server.admin('SELECT pg_terminate_backend($1)', [Number(pid?.rows[0]?.pid)])
      }
      await session.flush([command(fate === 0 ? 'ROLLBACK' : 'COMMIT')])
      session.release()
    } catch {
      session.discard()
    }
  }

  test('is that of every stream, and nothing is skipped or read twice, whatever writers do and however they end', {
    timeout: 120_000,
  }, async () => {
    const { events } = harness
    let writing = true
    const write = async (writer: number) => {
      const next = sequence(SEED + writer)
      for (let turn = 0; turn < TURNS; turn += 1) {
        const streams = new Set<string>()
        while (streams.size < 1 + next(3)) streams.add(`${['hot', 'warm', 'cold'][next(3)]}-${next(3)}`)
        const appends = [...streams].map((stream) => make.append(stream, 1 + next(3)))
        await (writer % 3 === 0 ? events.append(appends) : writeSlowly(appends, next))
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
    expect((await stored()).length).toBeGreaterThan(WRITERS * TURNS)
  })

  describe('is proved by a checker that sees what goes wrong otherwise', () => {
    test('a reader of everything that goes by position alone skips what is committed late', async () => {
      const late = await client.session()
      await late.flush([command('BEGIN'), ...appendStatements([make.append('order-late')])])
      await harness.events.append([make.append('payment-early')])
      const seen = await stored()
      expect(await fullRead()).toEqual([])
      await late.flush([command('COMMIT')])
      late.release()
      const read = [...seen, ...(await stored()).filter(({ at }) => at > (seen.at(-1)?.at ?? 0))]

      expect(checkLog({ appended: await stored(), read }).map(({ kind, stream }) => `${kind} ${stream}`)).toEqual(['skip order-late'])
      expect(await fullRead()).toEqual(['order-late@0', 'payment-early@0'])
    })

    test('a category waits for nobody but who writes to it, and is in order for all that', async () => {
      const late = await client.session()
      await late.flush([command('BEGIN'), ...appendStatements([make.append('order-late')])])
      await harness.events.append([make.append('payment-early')])
      const waiting = harness.events.append([make.append('order-early')])
      expect(await fullRead({ category: 'payment' })).toEqual(['payment-early@0'])
      expect(await fullRead({ category: 'order' })).toEqual([])
      await late.flush([command('COMMIT')])
      late.release()
      await waiting
      expect(await fullRead({ category: 'order' })).toEqual(['order-late@0', 'order-early@0'])
    })

    test('the order of everything holds also for those who write past the functions of Message DB', async () => {
      const late = await client.session()
      const insert = `INSERT INTO messages (stream_name, type, position, data) VALUES ('other-1', 'Other', 0, '{}')`
      await late.flush([command('BEGIN'), command(insert)])
      await harness.events.append([make.append('order-early')])
      expect(await fullRead()).toEqual([])
      await late.flush([command('COMMIT')])
      late.release()
      expect(await fullRead()).toEqual(['other-1@0', 'order-early@0'])
    })

    test('a writer that never ends keeps back only what came after it, and nothing for ever when it is rolled back', async () => {
      await harness.events.append([make.append('order-1')])
      const late = await client.session()
      await late.flush([command('BEGIN'), ...appendStatements([make.append('slow-1')])])
      await harness.events.append([make.append('order-1')])
      expect(await fullRead()).toEqual([])
      const settling = harness.events.settle()
      await late.flush([command('ROLLBACK')])
      late.release()
      await settling
      expect(await fullRead()).toEqual(['order-1@0', 'order-1@1'])
    })
  })
})
