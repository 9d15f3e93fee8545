import { appendTo, lockStreams } from '../../../src/adapters/postgres/append-statements.ts'
import type { PostgresClient, PostgresSession } from '../../../src/adapters/postgres/client.ts'
import type { PostgresDatabase } from '../../../src/adapters/postgres/database.ts'
import { command } from '../../../src/adapters/postgres/event-schema.ts'
import { encodeMessageRow } from '../../../src/adapters/sql/message-rows.ts'
import type { Statement } from '../../../src/adapters/sql/statement.ts'
import type { Message } from '../../../src/messaging/message.ts'
import type { StreamAppend } from '../../../src/ports/change-set.ts'
import { NO_CHANGES } from '../../../src/ports/change-set.ts'
import type { MessageMaker } from '../../../src/testing/conformance/messages.ts'
import { conformanceClusters, sample, samples } from '../../../src/testing/conformance/schemas.ts'

export { conformanceClusters }

export interface WriterSetup {
  readonly database: PostgresDatabase
  readonly client: PostgresClient
  readonly make: MessageMaker
  /** Ends a server process from outside. */
  kill(pid: number): Promise<void>
}

/** What became of a writer's messages, as far as it knows. */
export type Outcome = 'stored' | 'not stored' | 'unknown'

/** Numbers that look random and are the same each time, from 0 to below `bound`. */
export function sequence(seed: number): (bound: number) => number {
  let state = seed
  return (bound) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((state / 2 ** 32) * bound)
  }
}

/** Streams of three categories: some that all writers share, and some that each has to itself. */
export function someAppends({ make }: WriterSetup, writer: number, next: (bound: number) => number): readonly StreamAppend[] {
  const streams = new Set<string>()
  while (streams.size < 1 + next(3))
    streams.add(next(4) === 0 ? `cold-${writer}-${next(50)}` : `${next(2) === 0 ? 'hot' : 'warm'}-${next(3)}`)
  return [...streams].map((stream) => make.append(stream, 1 + next(3)))
}

/** Holds a transaction open between its steps, each of which is a round trip to the server: early ids, late appends, commits, rollbacks, and a death now and then. */
export async function writeSlowly(setup: WriterSetup, appends: readonly StreamAppend[], next: (bound: number) => number): Promise<Outcome> {
  const session = await setup.client.session()
  let end: Outcome = 'not stored'
  try {
    await session.flush([command('BEGIN')])
    if (next(2) === 0) await session.flush([command('SELECT pg_current_xact_id()')])
    await dawdle(session, next(6))
    await session.flush(appendStatements(appends))
    await dawdle(session, next(10))
    const fate = next(8)
    if (fate === 0) {
      await session.flush([command('ROLLBACK')])
      session.release()
      return 'not stored'
    }
    if (fate === 1) {
      const [pid] = await session.flush([{ text: 'SELECT pg_backend_pid() AS pid', values: [], gives: 'rows' }])
      const killed = setup.kill(Number(pid?.rows[0]?.pid))
      if (next(2) === 0) await killed
      end = 'unknown'
      await Promise.all([session.flush([command('COMMIT')]), killed])
    } else await session.flush([command('COMMIT')])
    session.release()
    return 'stored'
  } catch {
    session.discard()
    return end
  }
}

/** As units of work do it: one change set, or a transaction that has written rows long before. */
export async function writePlainly(
  { database }: WriterSetup,
  appends: readonly StreamAppend[],
  next: (bound: number) => number,
): Promise<Outcome> {
  if (next(3) > 0) {
    await database.commit({ ...NO_CHANGES, appends })
    return 'stored'
  }
  const transaction = await database.begin()
  await transaction.apply({ ...NO_CHANGES, inserts: [{ table: samples.table, rows: [sample(String(appends[0]?.messages[0]?.id))] }] })
  for (let turn = next(6); turn > 0; turn -= 1)
    await transaction.count(samples.table, { op: 'compare', column: 'id', lookup: 'eq', value: '' })
  if (next(5) === 0) {
    await transaction.rollback()
    return 'not stored'
  }
  await transaction.commit({ ...NO_CHANGES, appends })
  return 'stored'
}

export function appendStatements(appends: readonly StreamAppend[]): readonly Statement[] {
  const encoded = (messages: readonly Message[]) => messages.map(encodeMessageRow)
  return [
    lockStreams(appends.map(({ stream }) => stream)),
    ...appends.map(({ stream, category, messages }) => appendTo(stream, category, undefined, encoded(messages))),
  ]
}

async function dawdle(session: PostgresSession, turns: number): Promise<void> {
  for (let turn = 0; turn < turns; turn += 1) await session.flush([command('SELECT 1')])
}
