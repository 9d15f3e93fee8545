import fc from 'fast-check'
import { expect } from 'vitest'
import type { Database } from '../../../src/ports/database.ts'
import type { DatabaseHarness } from '../../../src/testing/conformance/index.ts'
import { conformanceClusters } from '../../../src/testing/conformance/index.ts'
import { memoryDatabase } from './memory-harness.ts'
import type { Operation } from './operation-arbitraries.ts'
import { operations } from './operation-arbitraries.ts'
import type { Outcome } from './perform-operation.ts'
import { everything, perform } from './perform-operation.ts'
import { changesBehind, reasonsToRefuse } from './refusal-reasons.ts'

/** Does the same random operations to a database and to memory; answers, refusals and what is stored in the end have to be the same. */
export async function answersAsMemory(create: () => DatabaseHarness | Promise<DatabaseHarness>, numRuns: number): Promise<void> {
  const [memory, other] = [await opened(memoryDatabase), await opened(create)]
  try {
    await fc.assert(
      fc.asyncProperty(operations, async (all) => {
        for (const { database } of [memory, other]) await database.resetData()
        for (const operation of all) {
          const expected = await perform(memory.database, operation)
          const actual = await perform(other.database, operation, expected)
          await compareAll(memory.database, operation, actual, expected)
          expect(await everything(other.database), `after ${operation.kind}`).toStrictEqual(await everything(memory.database))
        }
      }),
      { numRuns },
    )
  } finally {
    await other.dispose()
    await memory.dispose()
  }
}

async function opened(create: () => DatabaseHarness | Promise<DatabaseHarness>): Promise<DatabaseHarness> {
  const harness = await create()
  await harness.database.open()
  await harness.database.createArtifacts(conformanceClusters)
  return harness
}

async function compareAll(memory: Database, operation: Operation, actual: readonly Outcome[], expected: readonly Outcome[]): Promise<void> {
  expect(actual.length).toBe(expected.length)
  for (const [at, outcome] of actual.entries()) {
    if (isPutOff(operation, outcome, expected[at])) {
      if (operation.kind === 'transaction' && operation.ending === 'commit') expect(actual.at(-1)).toHaveProperty('refusal')
      return
    }
    await compare(memory, operation, at, outcome, expected[at])
  }
}

/** Whether a transaction has put a message by that is stored already: it may say so at its end only. */
function isPutOff(operation: Operation, actual: Outcome, expected: Outcome | undefined): boolean {
  const isTaken = expected !== undefined && 'refusal' in expected && expected.refusal === 'DUPLICATE_MESSAGE'
  return operation.kind === 'transaction' && isTaken && 'result' in actual
}

/** The same outcome; where both refuse, and there are several reasons to, any of them. */
async function compare(memory: Database, operation: Operation, at: number, actual: Outcome, expected: Outcome | undefined): Promise<void> {
  const behind = changesBehind(operation, at)
  const areRefused = 'refusal' in actual && expected !== undefined && 'refusal' in expected
  if (!areRefused || actual.refusal === expected.refusal || behind === undefined) expect(actual, operation.kind).toStrictEqual(expected)
  else expect(await reasonsToRefuse(memory, behind.earlier, behind.changes)).toContain(actual.refusal)
}
