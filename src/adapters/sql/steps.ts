import type { Statement, StatementResult } from './statement.ts'

/**
 * Work on a database as a generator: yields statements that depend on nothing yet unknown, so that a driver may send them together, and is handed their
 * results in the same order. Knows no driver: one that is synchronous and one that is not run the same steps. What a step throws ends the work;
 * whoever runs it rolls back. A statement that fails is thrown into the generator, so that it can say more about it.
 */
export type Steps<Result> = Generator<readonly Statement[], Result, readonly StatementResult[]>

/** One statement's result. */
export function* ask(statement: Statement): Steps<StatementResult> {
  const [result] = yield [statement]
  return result as StatementResult
}

/** Several works at once: what they want at the same time goes out together. What one of them throws ends all. */
export function* inParallel<Result>(all: readonly Steps<Result>[]): Steps<readonly Result[]> {
  const states = all.map((steps) => steps.next())
  for (;;) {
    const wanted = states.map((state) => (state.done === true ? [] : state.value))
    if (wanted.every((statements) => statements.length === 0)) return states.map(({ value }) => value as Result)
    const results = yield wanted.flat()
    let taken = 0
    for (const [at, steps] of all.entries()) {
      const count = wanted[at]?.length ?? 0
      if (count > 0) states[at] = steps.next(results.slice(taken, taken + count))
      taken += count
    }
  }
}

/** Runs steps with a driver that answers at once. */
export function runSteps<Result>(steps: Steps<Result>, send: (statements: readonly Statement[]) => readonly StatementResult[]): Result {
  let next = steps.next()
  while (next.done !== true) {
    let results: readonly StatementResult[]
    try {
      results = send(next.value)
    } catch (error) {
      next = steps.throw(error)
      continue
    }
    next = steps.next(results)
  }
  return next.value
}

/** Runs steps with a driver that answers later. */
export async function runStepsAsync<Result>(
  steps: Steps<Result>,
  send: (statements: readonly Statement[]) => Promise<readonly StatementResult[]>,
): Promise<Result> {
  let next = steps.next()
  while (next.done !== true) {
    let results: readonly StatementResult[]
    try {
      results = await send(next.value)
    } catch (error) {
      next = steps.throw(error)
      continue
    }
    next = steps.next(results)
  }
  return next.value
}
