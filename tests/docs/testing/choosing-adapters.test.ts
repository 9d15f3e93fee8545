import { Domain } from 'proteanjs'
import { afterEach, expect, test, vi } from 'vitest'

afterEach(() => vi.unstubAllEnvs())

// #region in-code
function onRealAdapters(domain: Domain) {
  domain.config.databases.default = { provider: 'postgresql', databaseUri: 'postgresql://postgres@localhost:5432/shop_test' }
  domain.config.brokers.default = { provider: 'redis', uri: 'redis://localhost:6379/0' }
  domain.config.eventProcessing = 'sync'
  domain.config.commandProcessing = 'sync'
}
// #endregion in-code

// #region by-variable
function onWhatTheShellSays(domain: Domain) {
  const { TEST_DB, DATABASE_URL = '' } = process.env
  if (TEST_DB === 'postgresql') domain.config.databases.default = { provider: 'postgresql', databaseUri: DATABASE_URL }
  if (TEST_DB === 'sqlite') domain.config.databases.default = { provider: 'sqlite', databaseUri: 'sqlite:///test.db' }
}
// #endregion by-variable

test('a configuration in code names real adapters', () => {
  const domain = new Domain('shop')
  onRealAdapters(domain)
  expect(domain.config.databases.default?.provider).toBe('postgresql')
  expect(domain.config.brokers.default?.uri).toBe('redis://localhost:6379/0')
  expect(domain.config.eventProcessing).toBe('sync')
})

test('a variable of the shell chooses the adapter, memory without it', () => {
  const chosen = (env: Readonly<Record<string, string>>) => {
    for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value)
    const domain = new Domain('shop')
    onWhatTheShellSays(domain)
    const { provider, databaseUri } = domain.config.databases.default ?? {}
    return [provider, databaseUri]
  }
  expect(chosen({})).toEqual(['memory', undefined])
  expect(chosen({ TEST_DB: 'sqlite' })).toEqual(['sqlite', 'sqlite:///test.db'])
  expect(chosen({ TEST_DB: 'postgresql', DATABASE_URL: 'postgresql://localhost/shop_test' })).toEqual([
    'postgresql',
    'postgresql://localhost/shop_test',
  ])
})
