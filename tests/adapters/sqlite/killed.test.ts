import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { SqliteDatabase } from '../../../src/adapters/sqlite/database.ts'
import { EVERYTHING } from '../../../src/ports/criteria.ts'
import { conformanceClusters } from '../../../src/testing/conformance/index.ts'
import { changes, loadOne, selectedIds } from '../../../src/testing/conformance/rows.ts'
import { item, items, order, orders, tickets } from '../../../src/testing/conformance/schemas.ts'
import { SqliteFile } from '../support/sqlite-file.ts'

const MOST_STATEMENTS = 50

let file: SqliteFile

beforeEach(async () => {
  file = await SqliteFile.make()
})

afterEach(() => file.remove())

async function writeUntil(statement: number): Promise<'killed' | 'done'> {
  const script = fileURLToPath(new URL('killed-writer.ts', import.meta.url))
  const writer = spawn(process.execPath, ['--no-warnings', script, file.path, String(statement)], { stdio: 'inherit' })
  const [code, signal] = (await once(writer, 'exit')) as [number | null, string | null]
  if (signal === 'SIGKILL') return 'killed'
  if (code !== 0) throw new Error(`the writer ended with ${code ?? signal}`)
  return 'done'
}

async function stateOf(database: SqliteDatabase) {
  const { row, children } = await loadOne(database, orders, 'o1')
  return {
    version: row.version,
    items: children[0]?.map((child) => child.row.id),
    tickets: await database.count(tickets.table, EVERYTHING),
    events: (await database.events.readStream('order-o1', { limit: 10 })).length,
    all: (await database.events.readAll({ limit: 10 })).messages.length,
  }
}

test('W4, G1: a writer that is killed before any statement of a commit leaves nothing of it, and the next one goes through', {
  timeout: 60_000,
}, async () => {
  const database = await file.open()
  await database.createArtifacts(conformanceClusters)
  const inserts = [
    { table: orders.table, rows: [order('o1')] },
    { table: items, rows: [item('i1', 'o1', 0)] },
  ]
  await database.commit(changes({ inserts }))
  const before = { version: 0, items: ['i1'], tickets: 0, events: 0, all: 0 }
  let statement = 1
  for (; statement < MOST_STATEMENTS && (await writeUntil(statement)) === 'killed'; statement += 1) {
    expect(await stateOf(database)).toEqual(before)
  }
  // BEGIN, numbers of two columns, delete, update, three inserts, the stream's position, two messages, COMMIT.
  expect(statement).toBeGreaterThan(12)
  expect(await stateOf(database)).toEqual({ version: 1, items: ['i2', 'i3'], tickets: 1, events: 2, all: 2 })
  expect(await selectedIds(database, tickets)).toEqual([1])
})
