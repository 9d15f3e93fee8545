/** What a suite may ask of the test that it runs in. */
export interface ConformanceContext {
  /** Marks the test as skipped; may throw to leave it at once, as Vitest's does, or not, as that of `node:test`. */
  skip(reason?: string): void
}

/** The test runner, injected: Vitest's `describe` and `test` fit, so do those of `node:test`. */
export interface ConformanceRunner {
  describe(name: string, body: () => void): unknown
  test(name: string, body: (context: ConformanceContext) => Promise<void>): unknown
}

/** Time as the tested adapter sees it. */
export interface PassingTime {
  /** Lets so many milliseconds pass: moves the clock that the adapter was given, or really waits where it follows a server's. */
  advance(ms: number): Promise<void>
}

/** A suite for one subject: `test` gives each body a fresh and isolated one, and disposes of it whatever happens. */
export interface Suite<Subject> {
  describe(name: string, body: () => void): unknown
  test(name: string, body: (subject: Subject, context: ConformanceContext) => Promise<void>): unknown
}

interface Disposable {
  dispose(): Promise<void> | void
}

export function suiteFor<Harness extends Disposable, Subject>(
  runner: ConformanceRunner,
  create: () => Promise<Harness> | Harness,
  prepare: (harness: Harness) => Promise<Subject> | Subject,
): Suite<Subject> {
  return {
    describe: (name, body) => runner.describe(name, body),
    test: (name, body) =>
      runner.test(name, async (context) => {
        const harness = await create()
        try {
          await body(await prepare(harness), context)
        } finally {
          await harness.dispose()
        }
      }),
  }
}
