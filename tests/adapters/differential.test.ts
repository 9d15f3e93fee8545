import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Database } from '../../src/ports/database.ts'
import type { DatabaseHarness } from '../../src/testing/conformance/index.ts'
import { conformanceClusters } from '../../src/testing/conformance/index.ts'
import { memoryDatabase } from './support/memory-harness.ts'
import type { Operation } from './support/operation-arbitraries.ts'
import { operations } from './support/operation-arbitraries.ts'
import type { Outcome } from './support/perform-operation.ts'
import { everything, perform } from './support/perform-operation.ts'
import { changesBehind, reasonsToRefuse } from './support/refusal-reasons.ts'
import { sqliteDatabase } from './support/sqlite-harness.ts'

/** The databases that are compared with memory. */
const adapters: Readonly<Record<string, () => DatabaseHarness | Promise<DatabaseHarness>>> = {
  sqlite: () => sqliteDatabase(),
}

/** More runs by PROTEAN_PROPERTY_RUNS, as a nightly build has the time for. */
const numRuns = Number(process.env.PROTEAN_PROPERTY_RUNS ?? 100)
const timeout = 60_000 + numRuns * 100

let memory: DatabaseHarness

beforeAll(async () => {
  memory = await opened(memoryDatabase)
})

afterAll(() => memory.dispose())

async function opened(create: () => DatabaseHarness | Promise<DatabaseHarness>): Promise<DatabaseHarness> {
  const harness = await create()
  await harness.database.open()
  await harness.database.createArtifacts(conformanceClusters)
  return harness
}

/** The same outcome; where both refuse, and there are several reasons to, any of them. */
async function compare(operation: Operation, at: number, actual: Outcome, expected: Outcome | undefined): Promise<void> {
  const behind = changesBehind(operation, at)
  const areRefused = 'refusal' in actual && expected !== undefined && 'refusal' in expected
  if (!areRefused || actual.refusal === expected.refusal || behind === undefined) expect(actual, operation.kind).toStrictEqual(expected)
  else expect(await reasonsToRefuse(memory.database, behind.earlier, behind.changes)).toContain(actual.refusal)
}

for (const [name, create] of Object.entries(adapters)) {
  test(`G9: ${name} answers and refuses as memory does`, { timeout }, async () => {
    const other = await opened(create)
    const databases: readonly Database[] = [memory.database, other.database]
    try {
      await fc.assert(
        fc.asyncProperty(operations, async (all) => {
          for (const database of databases) await database.resetData()
          for (const operation of all) {
            const [expected, actual] = [await perform(memory.database, operation), await perform(other.database, operation)]
            for (const [at, outcome] of actual.entries()) await compare(operation, at, outcome, expected[at])
            expect(actual.length).toBe(expected.length)
            expect(await everything(other.database), `after ${operation.kind}`).toStrictEqual(await everything(memory.database))
          }
        }),
        { numRuns },
      )
    } finally {
      await other.dispose()
    }
  })
}
