import type { Statement, StatementResult } from '../../../src/adapters/sql/statement.ts'
import type { Steps } from '../../../src/adapters/sql/steps.ts'
import { runSteps } from '../../../src/adapters/sql/steps.ts'

/** Runs steps on answers made up, one list of rows for each statement in turn; gives what was sent, flush by flush. */
export function flushesOf(steps: Steps<unknown>, answers: readonly StatementResult['rows'][]): readonly (readonly Statement[])[] {
  const flushes: (readonly Statement[])[] = []
  let answered = 0
  runSteps(steps, (statements) => {
    flushes.push(statements)
    return statements.map(() => {
      const rows = answers[answered] ?? []
      answered += 1
      return { rows, changes: 1 }
    })
  })
  return flushes
}
