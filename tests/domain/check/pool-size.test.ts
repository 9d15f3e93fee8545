import { Domain } from 'proteanjs'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { findingsOf } from './findings.ts'

// At the end of the file it would be too late for the check of what a file leaves behind.
afterEach(() => void vi.unstubAllEnvs())

function domainWith(entry: { provider: string; poolSize?: number }): Domain {
  return new Domain('shop', { config: { databases: { default: entry } } })
}

describe('LOW_POOL_SIZE', () => {
  test('is about a database on PostgreSQL with fewer connections than 5', async () => {
    vi.stubEnv('PROTEAN_ENV', 'production')
    const { diagnostics } = await domainWith({ provider: 'postgresql', poolSize: 1 }).check()
    expect(diagnostics).toEqual([
      {
        code: 'LOW_POOL_SIZE',
        category: 'persistence',
        element: 'databases.default',
        field: 'poolSize',
        level: 'warn',
        message: 'keeps 1 connection open.',
        rationale: expect.any(String),
        fix: 'Set pool_size to 5 or more.',
      },
    ])
    expect(await findingsOf(domainWith({ provider: 'postgresql', poolSize: 4 }), 'LOW_POOL_SIZE')).toHaveLength(1)
    expect(await findingsOf(domainWith({ provider: 'postgresql', poolSize: 5 }), 'LOW_POOL_SIZE')).toEqual([])
    expect(await findingsOf(domainWith({ provider: 'postgresql' }), 'LOW_POOL_SIZE')).toEqual([])
  })

  test.each(['memory', 'sqlite', 'pglite'])('is not about %s, which has no pool', async (provider) => {
    vi.stubEnv('PROTEAN_ENV', 'production')
    expect(await findingsOf(domainWith({ provider, poolSize: 1 }), 'LOW_POOL_SIZE')).toEqual([])
  })

  test.each([
    ['development', 0],
    ['test', 0],
    ['production', 1],
    [undefined, 1],
  ])('in the environment %s: %i', async (environment, count) => {
    vi.stubEnv('PROTEAN_ENV', environment)
    expect(await findingsOf(domainWith({ provider: 'postgresql', poolSize: 2 }), 'LOW_POOL_SIZE')).toHaveLength(count)
  })

  test('can be put up with', async () => {
    vi.stubEnv('PROTEAN_ENV', 'production')
    const domain = domainWith({ provider: 'postgresql', poolSize: 2 })
    domain.config.lint.suppressions = { LOW_POOL_SIZE: 1 }
    expect(await findingsOf(domain, 'LOW_POOL_SIZE')).toEqual([])
  })
})
