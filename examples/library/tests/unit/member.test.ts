import { ValidationError } from 'proteanjs'
import { expect, test } from 'vitest'
import { Member } from '../../src/member.ts'

// #region own-rule
test('a member without an address cannot join', () => {
  const member = new Member({ name: 'John' })
  expect(() => member.join()).toThrow(ValidationError)
  expect(() => member.join()).toThrow('an active member has an address')
  expect(member.status).toBe('guest')
})
// #endregion own-rule

// #region real-object
test('who joins is active', () => {
  const member = new Member({ name: 'John', email: 'john@example.com' })
  member.join()
  expect(member.status).toBe('active')
})
// #endregion real-object
