import { expect, test } from 'vitest'
import { complaints, fromToml, inCode, problemsOf, settingsOf } from './project.ts'

test.each([
  ['postgresql://localhost/shop', 'postgresql'],
  ['postgres://localhost/shop', 'postgresql'],
  ['postgresql+psycopg2://localhost/shop', 'postgresql'],
  ['POSTGRESQL://localhost/shop', 'postgresql'],
  ['sqlite:///shop.db', 'sqlite'],
  ['sqlite:///:memory:', 'sqlite'],
  ['pglite://./data', 'pglite'],
  ['memory://', 'memory'],
  ['elasticsearch://localhost:9200', 'elasticsearch'],
  ['http://localhost:9200', 'elasticsearch'],
  ['https://search.example.com', 'elasticsearch'],
])('without a provider the scheme of %s decides: %s', (uri, provider) => {
  expect(settingsOf(`[databases.default]\ndatabase_uri = "${uri}"`).databases.default.provider).toBe(provider)
})

test('the scheme decides for event store, brokers and caches as well', () => {
  const settings = settingsOf(
    '[event_store]\ndatabase_uri = "postgres://x/y"\n[brokers.default]\nURI = "redis://x"\n[caches.default]\nURI = "rediss://x"',
  )
  expect(settings).toMatchObject({
    eventStore: { provider: 'postgresql' },
    brokers: { default: { provider: 'redis' } },
    caches: { default: { provider: 'redis' } },
  })
})

test('a URI that tells no provider of its kind is a problem, not memory', () => {
  expect(complaints(fromToml('[databases.default]\ndatabase_uri = "shop.db"'))).toEqual([
    'CONFIG_PROVIDER_UNDECIDED config.databases.default',
  ])
  expect(complaints(fromToml('[databases.default]\ndatabase_uri = "redis://x"'))).toEqual([
    'CONFIG_PROVIDER_UNDECIDED config.databases.default',
  ])
  expect(complaints(fromToml('[brokers.default]\nURI = "amqp://x"'))).toEqual(['CONFIG_PROVIDER_UNDECIDED config.brokers.default'])
})

test('an unknown provider is an error that names the nearest one', () => {
  expect(problemsOf(inCode({ databases: { default: { provider: 'postgres' } } }))).toMatchObject([
    { code: 'CONFIG_UNKNOWN_PROVIDER', element: 'config.databases.default.provider', fix: 'Did you mean "postgresql"?' },
  ])
  expect(problemsOf(inCode({ brokers: { default: { provider: 'rabbit' } } }))).toMatchObject([
    { fix: expect.stringContaining('inline, redis, redis_pubsub') },
  ])
  expect(complaints(inCode({ eventStore: { provider: 'redis' }, caches: { default: { provider: 'memcached' } } }))).toHaveLength(2)
})

test.each(['@acme/protean-dynamodb', 'acme/provider', './adapters/dynamo.ts', 'file:///adapters/dynamo.ts'])(
  '%s is a module, and allowed',
  (provider) => {
    expect(inCode({ databases: { default: { provider, databaseUri: 'dynamo://x' } } }).freeze().databases.default.provider).toBe(provider)
  },
)

test('a provider that was given another’s URI is refused without showing the URI', () => {
  const toml =
    '[databases.default]\nprovider = "postgresql"\ndatabase_uri = "postgresql://me:hush@x/y"\n[sqlite.databases.default]\nprovider = "sqlite"'
  const [problem, ...others] = problemsOf(fromToml(toml, { PROTEAN_ENV: 'sqlite' }))
  expect(problem).toMatchObject({ code: 'CONFIG_PROVIDER_CONTRADICTED', element: 'config.databases.default.provider' })
  expect(JSON.stringify(problem)).not.toContain('hush')
  expect(others).toEqual([])
})

test.each([
  ['databases', { provider: 'memory', databaseUri: 'postgresql://x/y' }],
  ['databases', { provider: 'sqlite', databaseUri: 'shop.db' }],
  ['databases', { provider: 'pglite', databaseUri: 'memory://' }],
  ['databases', { provider: 'elasticsearch', databaseUri: 'http://localhost:9200' }],
  ['brokers', { provider: 'redis_pubsub', uri: 'redis://x' }],
  ['brokers', { provider: 'inline', uri: 'redis://x' }],
])('a provider may have a URI that it ignores or understands: %s %o', (kind, entry) => {
  expect(complaints(inCode({ [kind]: { default: entry } }))).toEqual([])
})

test('Message DB is reached by the URI of PostgreSQL', () => {
  expect(complaints(inCode({ eventStore: { provider: 'message_db', databaseUri: 'postgresql://x/y' } }))).toEqual([])
})

test('without [event_store] there is none: events live with the state', () => {
  expect(inCode().freeze().eventStore).toBeUndefined()
})

test('options for the driver are passed on as they are', () => {
  const ca = Buffer.from('certificate')
  const { options } = inCode({
    databases: { default: { databaseUri: 'postgresql://x/y', options: { ssl: { ca }, max_lifetime: 3 } } },
  }).freeze().databases.default
  expect(options).toEqual({ ssl: { ca }, max_lifetime: 3 })
  expect((options.ssl as { ca: Buffer }).ca).toBe(ca)
})
