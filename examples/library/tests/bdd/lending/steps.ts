// #region own
import { Then, When } from 'quickpickle'
import { expect } from 'vitest'
import { domain } from '../../../src/domain.ts'
import { Lend, Loan } from '../../../src/loan.ts'
import type { World } from '../steps.ts'

When('she takes {string} home', async (world: World, title: string) => {
  await domain.process(new Lend({ memberId: world.member.id, title }))
})
Then('{int} book(s) is/are out', async (_world: World, count: number) => {
  expect(await domain.repositoryFor(Loan).query.count()).toBe(count)
})
// #endregion own
