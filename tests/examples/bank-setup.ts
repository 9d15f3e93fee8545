import { beforeEach, inject } from 'vitest'

/** The example's own setup, where the servers that its mode asks for are there; otherwise every test is skipped, visibly, and fails in CI. */
const refusal = inject('bankRefusal')
if (refusal === undefined) {
  await import('../../examples/bank/tests/setup.ts')
} else {
  beforeEach((context) => {
    if (process.env.CI === 'true') throw new Error(refusal)
    context.skip(refusal)
  })
}
