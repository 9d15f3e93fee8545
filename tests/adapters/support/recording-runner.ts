import type { ConformanceContext, ConformanceRunner } from '../../../src/testing/conformance/index.ts'

export interface Outcome {
  /** The `describe` that the test stands in: the guarantee. */
  readonly group: string
  readonly name: string
  readonly verdict: 'passed' | 'failed' | 'skipped'
  readonly error?: unknown
}

interface RecordedTest {
  readonly group: string
  readonly name: string
  readonly body: (context: ConformanceContext) => Promise<void>
}

class Skipped extends Error {}

/** Nothing in memory waits for the outside, so a test that is not through after this many turns of the event loop never will be. */
const PATIENCE_TURNS = 200

/** Collects a suite's tests, to run them and look at what comes of it. */
export class RecordingRunner implements ConformanceRunner {
  readonly #tests: RecordedTest[] = []
  readonly #path: string[] = []

  readonly describe = (name: string, body: () => void): void => {
    this.#path.push(name)
    body()
    this.#path.pop()
  }

  readonly test = (name: string, body: (context: ConformanceContext) => Promise<void>): void => {
    this.#tests.push({ group: this.#path.join(' > '), name, body })
  }

  /** The groups with tests, each once. */
  get groups(): readonly string[] {
    return [...new Set(this.#tests.map(({ group }) => group))]
  }

  /** Runs all tests, or those of one group. */
  async run(group?: string): Promise<readonly Outcome[]> {
    const outcomes: Outcome[] = []
    for (const test of this.#tests) if (group === undefined || group === test.group) outcomes.push(await outcomeOf(test))
    return outcomes
  }
}

async function outcomeOf({ group, name, body }: RecordedTest): Promise<Outcome> {
  const skip = (): never => {
    throw new Skipped()
  }
  const patience = stuck()
  try {
    await Promise.race([body({ skip }), patience.over])
    return { group, name, verdict: 'passed' }
  } catch (error) {
    return error instanceof Skipped ? { group, name, verdict: 'skipped' } : { group, name, verdict: 'failed', error }
  } finally {
    patience.stop()
  }
}

function stuck(): { readonly over: Promise<never>; stop(): void } {
  let next: NodeJS.Immediate | undefined
  const over = new Promise<never>((_, reject) => {
    const turn = (left: number) => {
      if (left === 0) reject(new Error('the test is stuck: it waits for something that does not come'))
      else next = setImmediate(turn, left - 1)
    }
    turn(PATIENCE_TURNS)
  })
  return { over, stop: () => clearImmediate(next) }
}
