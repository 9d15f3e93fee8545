// #region shared
import { Given } from 'quickpickle'
import { domain } from '../../src/domain.ts'
import { Member } from '../../src/member.ts'

/** What the steps of one scenario tell each other. */
export interface World {
  member: Member
  failure?: unknown
}

Given('a member {string}', async (world: World, name: string) => {
  world.member = new Member({ name, email: `${name.toLowerCase()}@example.com` })
  await domain.repositoryFor(Member).add(world.member)
})
// #endregion shared
