import { expect, test } from 'vitest'
import { domain } from '../../src/domain.ts'
import { Member } from '../../src/member.ts'

test('a member survives a round trip through the real database', async () => {
  expect(domain.providers.get('default')?.database.provider).not.toBe('memory')
  const member = new Member({ name: 'Ann', email: 'ann@example.com' })
  member.join()
  await domain.repositoryFor(Member).add(member)
  expect((await domain.repositoryFor(Member).get(member.id)).toObject()).toEqual(member.toObject())
})

test('and is gone in the next test', async () => {
  expect(await domain.repositoryFor(Member).query.count()).toBe(0)
})
