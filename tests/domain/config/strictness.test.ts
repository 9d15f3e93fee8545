import { expect, test } from 'vitest'
import { complaints, fromToml, inCode, problemsOf, settingsOf } from './project.ts'

test.each([
  ['event_procesing = "sync"', 'event_procesing', 'event_processing'],
  ['eventProcessing = "sync"', 'eventProcessing', 'event_processing'],
  ['[outbox]\nmessage_per_tick = 5', 'outbox.message_per_tick', 'messages_per_tick'],
  ['[databases.default]\nprovder = "sqlite"', 'databases.default.provder', 'provider'],
  ['[brokers.default]\nUIR = "redis://x"', 'brokers.default.UIR', 'URI'],
  ['[server.stream_subscription]\nenable_dql = true', 'server.stream_subscription.enable_dql', 'enable_dlq'],
  ['[server.subscriptions.OrderHandler]\nmax_retires = 1', 'server.subscriptions.OrderHandler.max_retires', 'max_retries'],
  ['[server.profiles.mine]\ninherit = "fast"', 'server.profiles.mine.inherit', 'inherits'],
  ['[outbox.retry]\nmaxAttempts = 1', 'outbox.retry.maxAttempts', 'max_attempts'],
])('an unknown key is an error that names the nearest one: %s', (toml, element, meant) => {
  const configuration = fromToml(toml)
  expect(problemsOf(configuration)).toEqual([
    {
      code: 'CONFIG_UNKNOWN_KEY',
      element,
      message: `is not a configuration key (in ${configuration.file}).`,
      fix: `Did you mean \`${meant}\`?`,
    },
  ])
})

test('an unknown key that is like no other is answered with the keys there are', () => {
  expect(problemsOf(fromToml('[caches.default]\nwhatever = 1'))).toMatchObject([
    { fix: 'The keys here are: provider, TTL, URI, key_prefix, options.' },
  ])
})

test('in code the keys are camelCase, and others are errors that name them', () => {
  expect(problemsOf(inCode({ event_processing: 'sync' }))).toMatchObject([
    { code: 'CONFIG_UNKNOWN_KEY', element: 'config.event_processing', fix: 'Did you mean `eventProcessing`?' },
  ])
  expect(complaints(inCode({ server: { priorityLanes: { enable: true } }, test: { testing: true } }))).toEqual([
    'CONFIG_UNKNOWN_KEY config.server.priorityLanes.enable',
    'CONFIG_UNKNOWN_KEY config.test',
  ])
})

test('the original’s spellings URI and TTL are understood, and lower case too, but not both', () => {
  const toml = '[brokers.default]\nURI = "redis://a"\n[caches.default]\nTTL = 5\n[caches.second]\nuri = "redis://b"\nttl = 6'
  expect(settingsOf(toml)).toMatchObject({
    brokers: { default: { uri: 'redis://a' } },
    caches: { default: { ttl: 5 }, second: { uri: 'redis://b', ttl: 6 } },
  })
  expect(complaints(fromToml('[caches.default]\nTTL = 5\nttl = 6'))).toEqual(['CONFIG_DUPLICATE_KEY caches.default.ttl'])
})

test.each([
  ['event_processing = "later"', 'event_processing'],
  ['event_processing = true', 'event_processing'],
  ['snapshot_threshold = 0', 'snapshot_threshold'],
  ['snapshot_threshold = 1.5', 'snapshot_threshold'],
  ['command_default_timeout = 0', 'command_default_timeout'],
  ['command_default_timeout = nan', 'command_default_timeout'],
  ['testing = "yes"', 'testing'],
  ['[caches.default]\nTTL = 0', 'caches.default.TTL'],
  ['[caches.default]\nTTL = true', 'caches.default.TTL'],
  ['[databases.default]\nprovider = " "', 'databases.default.provider'],
  ['[databases]\ndefault = "memory"', 'databases.default'],
  ['databases = "memory"', 'databases'],
  ['[outbox]\nexternal_brokers = "default"', 'outbox.external_brokers'],
  ['[outbox]\nexternal_brokers = [1]', 'outbox.external_brokers'],
  ['[outbox.retry]\njitter_factor = 1.5', 'outbox.retry.jitter_factor'],
  ['[server.health]\nport = 70000', 'server.health.port'],
  ['[server]\ndefault_subscription_type = "streams"', 'server.default_subscription_type'],
  ['[server.priority_lanes]\nthreshold = true', 'server.priority_lanes.threshold'],
  ['[server.priority_lanes]\nenabled = 1', 'server.priority_lanes.enabled'],
  ['[server.priority_lanes]\nbackfill_suffix = " "', 'server.priority_lanes.backfill_suffix'],
  ['[server.profiles.mine]\ninherits = "other"', 'server.profiles.mine.inherits'],
  ['[lint]\nlevel = "loud"', 'lint.level'],
  ['[lint.suppressions]\nCODE = "3"', 'lint.suppressions'],
  ['[logging.per_logger]\nshop = 3', 'logging.per_logger'],
  ['custom = 3', 'custom'],
])('a value of the wrong type or out of range is refused: %s', (toml, element) => {
  expect(complaints(fromToml(toml)).slice(0, 1)).toEqual([`CONFIG_INVALID_VALUE ${element}`])
})

test('a refused value is shown with what was expected, unless it may hold a secret', () => {
  expect(problemsOf(fromToml('snapshot_threshold = 0'))).toMatchObject([
    { message: expect.stringMatching(/^is 0 \(in /), fix: 'Expected: integer of at least 1.' },
  ])
  expect(problemsOf(fromToml('event_processing = "later"'))).toMatchObject([{ fix: 'Expected: "sync" or "async".' }])
  expect(problemsOf(fromToml('secret_key = ["hush"]'))).toMatchObject([{ message: expect.stringMatching(/^is a list /) }])
  expect(problemsOf(inCode({ secretKey: null }))).toMatchObject([{ message: 'is null (in code).' }])
})

test('everything wrong is reported at once', () => {
  expect(complaints(fromToml('snapshot_threshold = 0\ntypo = 1\n[outbox]\nbroker = "kafka"\n[databases.x]\nprovider = "oracle"'))).toEqual([
    'CONFIG_INVALID_VALUE snapshot_threshold',
    'CONFIG_UNKNOWN_KEY typo',
    'CONFIG_UNKNOWN_PROVIDER config.databases.x.provider',
    'CONFIG_UNKNOWN_BROKER config.outbox.broker',
  ])
})

test('constants of your own never touch anything else, whatever they are called', () => {
  const { custom, env } = settingsOf('[custom]\nname = "a"\nregister = "b"\nenv = "c"\n__proto__ = "d"\ntax_rate = 0.2')
  expect(Object.entries(custom)).toEqual([
    ['name', 'a'],
    ['register', 'b'],
    ['env', 'c'],
    ['__proto__', 'd'],
    ['tax_rate', 0.2],
  ])
  expect(env).toBeUndefined()
})

test('idempotency keys have one cache, which must be there', () => {
  const keyed = (idempotency: Record<string, string>, caches = {}) => complaints(inCode({ idempotency, caches }))
  expect(keyed({ cache: 'keys' }, { keys: {} })).toEqual([])
  expect(keyed({ redisUrl: 'redis://localhost' })).toEqual([])
  expect(keyed({ cache: 'keyz' }, { keys: {} })).toEqual(['CONFIG_UNKNOWN_CACHE config.idempotency.cache'])
  const twice = ['CONFIG_TWO_CACHES config.idempotency.redisUrl']
  expect(keyed({ cache: 'keys', redisUrl: 'redis://localhost' }, { keys: {} })).toEqual(twice)
  expect(keyed({ redisUrl: 'redis://localhost' }, { idempotency: {} })).toEqual(twice)
})

test('brokers and profiles that are named must be there', () => {
  const found = problemsOf(
    inCode({
      brokers: { kafka: {} },
      outbox: { broker: 'defualt', externalBrokers: ['kafka', 'rabbit'] },
      server: {
        defaultSubscriptionProfile: 'fats',
        profiles: { mine: {}, batch: {} },
        subscriptions: { A: { profile: 'mine' }, B: { profile: 'yours' } },
      },
    }),
  )
  expect(found.map(({ code, element }) => `${code} ${element}`)).toEqual([
    'CONFIG_UNKNOWN_BROKER config.outbox.broker',
    'CONFIG_UNKNOWN_BROKER config.outbox.externalBrokers',
    'CONFIG_UNKNOWN_PROFILE config.server.defaultSubscriptionProfile',
    'CONFIG_UNKNOWN_PROFILE config.server.subscriptions.B.profile',
    'CONFIG_RESERVED_PROFILE config.server.profiles.batch',
  ])
  expect(found.map(({ fix }) => fix).slice(0, 3)).toEqual(['Did you mean "default"?', 'There are: default, kafka.', 'Did you mean "fast"?'])
})

test('streams that nothing would fill, and leases that run out between two heartbeats, are refused', () => {
  expect(complaints(inCode({ outbox: { enabled: false }, server: { defaultSubscriptionType: 'stream' } }))).toEqual([
    'CONFIG_OUTBOX_NEEDED config.outbox.enabled',
  ])
  expect(complaints(inCode({ server: { partitioning: { leaseTtlMs: 3000 } } }))).toEqual([
    'CONFIG_HEARTBEAT_TOO_SLOW config.server.partitioning.heartbeatIntervalSeconds',
  ])
})
