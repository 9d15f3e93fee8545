import type { Domain } from 'proteanjs'
import { expect } from 'vitest'

/** The findings with these codes, each as its code, element and field; all of them when no code is given. */
export async function findingsOf(domain: Domain, ...codes: readonly string[]): Promise<string[]> {
  const { diagnostics, errors } = await domain.check()
  expect(errors).toEqual([])
  return diagnostics
    .filter(({ code }) => codes.length === 0 || codes.includes(code))
    .map(({ code, element, field }) => `${code} ${element}${field === undefined ? '' : `.${field}`}`)
}

export const nothing = async () => undefined as never
