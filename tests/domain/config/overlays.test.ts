import { expect, test } from 'vitest'
import { complaints, fromToml, problemsOf, settingsOf } from './project.ts'

const DUAL_MODE = `
command_processing = "sync"

[databases.default]
provider = "postgresql"
database_uri = "postgresql://localhost/myapp_local"
pool_size = 20

[event_store]
provider = "message_db"
database_uri = "postgresql://localhost:5433/message_store"

[brokers.default]
provider = "redis"
URI = "redis://localhost:6379/0"

[outbox]
external_brokers = ["default"]

[test]
testing = true
event_processing = "sync"

[test.databases.default]
database_uri = "postgresql://localhost/myapp_test"

[test.outbox]
external_brokers = []

[memory]
testing = true
[memory.databases.default]
provider = "memory"
[memory.event_store]
provider = "memory"
[memory.brokers.default]
provider = "inline"

[ci]
`

test('without PROTEAN_ENV the base holds', () => {
  expect(settingsOf(DUAL_MODE)).toMatchObject({ testing: undefined, commandProcessing: 'sync', eventProcessing: 'async' })
  expect(settingsOf(DUAL_MODE, { PROTEAN_ENV: '' })).toEqual(settingsOf(DUAL_MODE))
})

test('the overlay is merged table by table over the base, and that over the defaults', () => {
  const { databases, testing, eventProcessing, commandProcessing } = settingsOf(DUAL_MODE, { PROTEAN_ENV: 'test' })
  expect({ testing, eventProcessing, commandProcessing }).toEqual({ testing: true, eventProcessing: 'sync', commandProcessing: 'sync' })
  expect(databases.default).toMatchObject({
    provider: 'postgresql',
    databaseUri: 'postgresql://localhost/myapp_test',
    poolSize: 20,
    maxOverflow: 10,
  })
})

test('a list in the overlay replaces the list of the base', () => {
  expect(settingsOf(DUAL_MODE).outbox.externalBrokers).toEqual(['default'])
  expect(settingsOf(DUAL_MODE, { PROTEAN_ENV: 'test' }).outbox.externalBrokers).toEqual([])
})

test('an overlay swaps the adapters for memory, and what is left over from the real ones does no harm', () => {
  const { databases, eventStore, brokers } = settingsOf(DUAL_MODE, { PROTEAN_ENV: 'memory' })
  expect(databases.default.provider).toBe('memory')
  expect(eventStore?.provider).toBe('memory')
  expect(brokers.default.provider).toBe('inline')
})

test('an environment without an overlay, or with an empty one, has the base', () => {
  expect(settingsOf(DUAL_MODE, { PROTEAN_ENV: 'staging' })).toEqual(settingsOf(DUAL_MODE))
  expect(settingsOf(DUAL_MODE, { PROTEAN_ENV: 'ci' })).toEqual(settingsOf(DUAL_MODE))
})

test('[lint], [observatory] and [custom] at the top of the file take effect', () => {
  const settings = settingsOf('[lint]\nlevel = "error"\n[observatory]\ntrace_retention_days = 0\n[custom]\nname = "kept apart"')
  expect(settings.lint.level).toBe('error')
  expect(settings.observatory.traceRetentionDays).toBe(0)
  expect(settings.custom).toEqual({ name: 'kept apart' })
})

test('PROTEAN_ENV that equals the name of a key is refused, not merged as an overlay', () => {
  const toml = '[server]\nmessages_per_tick = 5'
  expect(complaints(fromToml(toml, { PROTEAN_ENV: 'server' }))).toEqual(['CONFIG_ENV_IS_A_KEY PROTEAN_ENV=server'])
  expect(complaints(fromToml(toml, { PROTEAN_ENV: 'event_store' }))).toEqual(['CONFIG_ENV_IS_A_KEY PROTEAN_ENV=event_store'])
})

test('overlays are as strict as the base, chosen or not', () => {
  const toml =
    '[test]\nevent_procesing = "sync"\ntesting = true\n[production.server]\nmessages_per_tick = "many"\n[production.databases.default]\npool = 4'
  const found = [
    'CONFIG_UNKNOWN_KEY test.event_procesing',
    'CONFIG_INVALID_VALUE production.server.messages_per_tick',
    'CONFIG_UNKNOWN_KEY production.databases.default.pool',
  ]
  expect(complaints(fromToml(toml))).toEqual(found)
  expect(complaints(fromToml(toml, { PROTEAN_ENV: 'test' }))).toEqual(found)
})

test('a misspelt section is not taken for an overlay', () => {
  const [problem] = problemsOf(fromToml('[databses.default]\nprovider = "sqlite"'))
  expect(problem).toMatchObject({ code: 'CONFIG_UNKNOWN_KEY', element: 'databses', fix: 'Did you mean `databases`?' })
  expect(complaints(fromToml('[sever]'))).toEqual(['CONFIG_UNKNOWN_KEY sever'])
})

test('a table that holds no configuration is not taken for an overlay', () => {
  const [problem] = problemsOf(fromToml('[staging]\nevent_procesing = "sync"'))
  expect(problem).toMatchObject({ code: 'CONFIG_UNKNOWN_KEY', element: 'staging', fix: 'Did you mean `staging.event_processing`?' })
  expect(problemsOf(fromToml('[payments]\ntoken = "x"'))).toMatchObject([
    { code: 'CONFIG_UNKNOWN_KEY', element: 'payments', fix: expect.stringContaining('[custom]') },
  ])
})

test('a key cannot name an overlay', () => {
  expect(complaints(fromToml('[debug]\ntesting = true', { PROTEAN_ENV: 'debug' }))).toEqual(
    expect.arrayContaining(['CONFIG_INVALID_VALUE debug', 'CONFIG_ENV_IS_A_KEY PROTEAN_ENV=debug']),
  )
})

test.each([
  'test',
  'memory',
  'production',
  'dev',
  'development',
  'local',
  'staging',
  'ci',
  'qa',
  'uat',
  'sqlite',
  'postgres',
  'prod',
  '__proto__',
])('an overlay may be called %s', (name) => {
  expect(settingsOf(`[${name}]\nsnapshot_threshold = 99`, { PROTEAN_ENV: name }).snapshotThreshold).toBe(99)
})
