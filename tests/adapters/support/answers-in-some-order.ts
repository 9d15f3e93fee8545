import fc from 'fast-check'
import { expect } from 'vitest'
import type { ChangeSet } from '../../../src/ports/change-set.ts'
import type { Database } from '../../../src/ports/database.ts'
import type { DatabaseHarness } from '../../../src/testing/conformance/index.ts'
import { conformanceClusters } from '../../../src/testing/conformance/index.ts'
import { concurrentChanges, stock } from './change-arbitraries.ts'
import { memoryDatabase } from './memory-harness.ts'
import type { Outcome } from './perform-operation.ts'
import { everything, perform } from './perform-operation.ts'

interface Gathering {
  /** Begins right before the changes are committed, and keeps what is stored as it is. */
  readonly before?: (database: Database) => Promise<unknown>
  readonly changes?: fc.Arbitrary<readonly ChangeSet[]>
}

/** Commits random change sets at once; outcomes and what is stored in the end have to be those that memory has when it takes them in some order. */
export async function answersInSomeOrder(
  create: () => DatabaseHarness | Promise<DatabaseHarness>,
  numRuns: number,
  { before, changes: some = concurrentChanges }: Gathering = {},
): Promise<void> {
  const [memory, other] = [await opened(memoryDatabase), await opened(create)]
  try {
    await fc.assert(
      fc.asyncProperty(stock, some, async (first, all) => {
        await restart(other.database, first)
        const begun = before?.(other.database)
        const outcomes = await Promise.all(all.map((changes) => commit(other.database, changes)))
        await begun
        const actual = { outcomes: outcomes.map(successOf), stored: await everything(other.database) }
        const possible: unknown[] = []
        for (const order of permutations(all.map((_, at) => at))) {
          await restart(memory.database, first)
          const expected: unknown[] = []
          for (const at of order) expected[at] = successOf(await commit(memory.database, all[at] as ChangeSet))
          possible.push({ outcomes: expected, stored: await everything(memory.database) })
        }
        expect(possible).toContainEqual(actual)
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

async function restart(database: Database, first: ChangeSet): Promise<void> {
  await database.resetData()
  await commit(database, first)
}

async function commit(database: Database, changes: ChangeSet): Promise<Outcome> {
  const [outcome] = await perform(database, { kind: 'change', changes })
  return outcome as Outcome
}

/** Which reason a refusal has may depend on the order within a set. */
function successOf(outcome: Outcome): unknown {
  return 'refusal' in outcome ? 'refused' : outcome.result
}

function permutations(items: readonly number[]): readonly (readonly number[])[] {
  if (items.length < 2) return [items]
  return items.flatMap((one) => permutations(items.filter((other) => other !== one)).map((rest) => [one, ...rest]))
}
