import { beforeEach, inject } from 'vitest'

/** The example's own setup, where the servers that its environment asks for are there; otherwise every test is skipped, visibly, and fails in CI. */
const refusal = inject('bookshelfRefusal')
if (refusal === undefined) {
  await import('../../examples/bookshelf/tests/setup.ts')
} else {
  beforeEach((context) => {
    if (process.env.CI === 'true') throw new Error(refusal)
    context.skip(refusal)
  })
}
