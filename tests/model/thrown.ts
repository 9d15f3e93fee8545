import { ValidationError } from 'proteanjs'
import { expect } from 'vitest'

/** What an action throws; fails the test when it throws nothing. */
export function thrownBy(action: () => unknown): unknown {
  try {
    action()
  } catch (error) {
    return error
  }
  return expect.unreachable('nothing was thrown')
}

export function codeOf(action: () => unknown): string {
  return (thrownBy(action) as { code: string }).code
}

/** The broken rules as `path CODE`. */
export function issuesOf(action: () => unknown): string[] {
  const error = thrownBy(action)
  expect(error).toBeInstanceOf(ValidationError)
  return (error as ValidationError).issues.map(({ path, code }) => `${path} ${code}`)
}
