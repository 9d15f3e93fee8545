import { Then, When } from 'quickpickle'
import { expect } from 'vitest'
import { domain } from '../../../src/domain.ts'
import { Join, Member } from '../../../src/member.ts'
import type { World } from '../steps.ts'

When('{string} joins with the address {string}', async (world: World, name: string, email: string) => {
  await domain.process(new Join({ name, email })).catch((error: unknown) => {
    world.failure = error
  })
})
Then('{string} is a member', async (_world: World, name: string) => {
  expect((await domain.repositoryFor(Member).findBy({ name }))?.status).toBe('active')
})
Then('joining fails on {string}', (world: World, path: string) => {
  expect(world.failure).toMatchObject({ name: 'ValidationError', issues: [expect.objectContaining({ path })] })
})
