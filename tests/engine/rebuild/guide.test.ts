/** The code that docs/guides/projections.md shows. */

import { rebuildProjection } from 'proteanjs'
import { expect, test } from 'vitest'
import { makeSummaries } from './summaries.ts'

const { domain, AccountSummary, move, seen } = makeSummaries()

test('a projection is rebuilt with an eye on it', async () => {
  await domain.init()
  await move('a', 1)
  const stopping = new AbortController()
  // #region rebuild
  const result = await rebuildProjection(domain, AccountSummary, {
    signal: stopping.signal,
    onProgress: ({ phase, read }) => console.info(`${phase}: ${read} events`),
    refuseIf: ({ before, after }) => after < before * 0.9,
  })
  console.info(`${result.rowsBefore} rows became ${result.rowsAfter}`)
  // #endregion rebuild
  expect(await seen()).toHaveLength(1)
})
