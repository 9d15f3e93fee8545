import type { Problem } from 'proteanjs'
import { ConfigurationError, Domain } from 'proteanjs'
import { expect, test } from 'vitest'

/** One mistake: what is declared, and the one problem that this must give. */
export interface Mistake {
  /** Goes on from `reports`. */
  readonly title: string
  readonly declare: (domain: Domain) => void
  readonly code: string
  readonly element: string
  readonly message: string
  readonly fix: string
}

export function testMistakes(mistakes: readonly Mistake[]): void {
  test.each(mistakes)('init() and check() report $title', async ({ declare, code, element, message, fix }) => {
    const domain = new Domain('shop')
    declare(domain)
    expect(await problemsOf(domain)).toEqual([
      { code, element, message: expect.stringContaining(message), fix: expect.stringContaining(fix) },
    ])
  })
}

/** What `init()` objects to; `check()` says the same, before and after. */
export async function problemsOf(domain: Domain): Promise<readonly Problem[]> {
  const before = await domain.check()
  const problems = await domain.init().then(
    () => [],
    (error: unknown) => {
      if (error instanceof ConfigurationError) return error.problems
      throw error
    },
  )
  const after = await domain.check()
  expect([before.errors, after.errors]).toEqual([problems, problems])
  expect([before.status === 'fail', domain.isInitialized]).toEqual([problems.length > 0, problems.length === 0])
  await domain.close()
  return problems
}

/** Declarations that TypeScript refuses, as JavaScript can write them. */
export function untyped<Value>(value: unknown): Value {
  return value as Value
}
