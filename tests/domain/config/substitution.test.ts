// biome-ignore-all lint/suspicious/noTemplateCurlyInString: placeholders of the configuration look like templates
import { expect, test } from 'vitest'
import { complaints, fromToml, inCode, problemsOf, settingsOf } from './project.ts'

test('a variable is put in, or its default where it is not set', () => {
  const toml = '[custom]\nregion = "${REGION}"\nzone = "${ZONE|b}"\nempty = "${EMPTY|}"'
  expect(settingsOf(toml, { REGION: 'eu' }).custom).toEqual({ region: 'eu', zone: 'b', empty: '' })
  expect(settingsOf(toml, { REGION: 'eu', ZONE: 'c', EMPTY: 'no' }).custom).toEqual({ region: 'eu', zone: 'c', empty: 'no' })
})

test('one value may hold several variables among other text', () => {
  const toml = '[databases.default]\ndatabase_uri = "postgresql://${USER}:${PASSWORD|secret}@${HOST}:5432/shop"'
  expect(settingsOf(toml, { USER: 'ann', HOST: 'db' }).databases.default.databaseUri).toBe('postgresql://ann:secret@db:5432/shop')
})

test('lists and nested tables are looked through', () => {
  const toml = '[outbox]\nexternal_brokers = ["${BROKER}"]\n[brokers.kafka]\n[custom.a]\nb = ["${B}", { c = "${C|c}" }]'
  const settings = settingsOf(toml, { BROKER: 'kafka', B: 'b' })
  expect(settings.outbox.externalBrokers).toEqual(['kafka'])
  expect(settings.custom).toEqual({ a: { b: ['b', { c: 'c' }] } })
})

test('a variable becomes the number or boolean that its key wants', () => {
  const toml =
    'snapshot_threshold = "${N}"\ntesting = "${T}"\n[outbox]\ntick_interval = "${TICK|0.5}"\n[server.health]\nenabled = "${H|False}"\n[lint.suppressions]\nX = "${S|2}"'
  const settings = settingsOf(toml, { N: '25', T: 'true' })
  expect(settings).toMatchObject({
    snapshotThreshold: 25,
    testing: true,
    outbox: { tickInterval: 0.5 },
    server: { health: { enabled: false } },
  })
  expect(settings.lint.suppressions).toEqual({ X: 2 })
})

test.each([
  ['abc', 'snapshot_threshold'],
  ['', 'snapshot_threshold'],
  ['2.5', 'snapshot_threshold'],
  ['0', 'snapshot_threshold'],
  ['yes', 'testing'],
  ['later', 'event_processing'],
])('the value %j of a variable is refused for %s, with the place it was written in', (value, key) => {
  const [problem, ...others] = problemsOf(fromToml(`${key} = "\${V}"`, { V: value }))
  expect(problem).toMatchObject({
    code: 'CONFIG_INVALID_VALUE',
    message: expect.stringMatching(new RegExp(`\`${key}\` in .+domain\\.toml`)),
  })
  expect(others).toEqual([])
})

test('a string that is not a placeholder is not turned into a number', () => {
  expect(complaints(fromToml('snapshot_threshold = "25"'))).toEqual(['CONFIG_INVALID_VALUE snapshot_threshold'])
})

test('a variable that is not set is reported with key, variable, file and fix', () => {
  const configuration = fromToml('[databases.default]\nprovider = "postgresql"\ndatabase_uri = "${DATABASE_URL}"')
  expect(problemsOf(configuration)).toEqual([
    {
      code: 'CONFIG_UNRESOLVED_ENV_VAR',
      element: 'config.databases.default.databaseUri',
      message: `needs the environment variable DATABASE_URL, which is not set (\`databases.default.database_uri\` in ${configuration.file}).`,
      fix: 'Set DATABASE_URL, or give a default: ${DATABASE_URL|default}.',
    },
  ])
})

test('all variables that are not set are reported at once', () => {
  expect(problemsOf(fromToml('[custom]\na = "${A}-${B}"\n[logging]\nlevel = "${C}"'))).toHaveLength(3)
})

test('names of what every object has are no variables', () => {
  expect(complaints(fromToml('[custom]\na = "${constructor}"', {}))).toEqual(['CONFIG_UNRESOLVED_ENV_VAR config.custom.a'])
})

test('only values that survive the overlay need their variables', () => {
  const toml =
    '[databases.default]\nprovider = "postgresql"\ndatabase_uri = "${DATABASE_URL}"\n[test.databases.default]\ndatabase_uri = "postgresql://localhost/test"\n[production.custom]\nkey = "${KEY}"'
  expect(settingsOf(`${toml}\n[production]\ntesting = false`, { PROTEAN_ENV: 'test' }).databases.default.databaseUri).toBe(
    'postgresql://localhost/test',
  )
  expect(complaints(fromToml(toml, { PROTEAN_ENV: 'production' }))).toHaveLength(2)
})

const REAL = `
[databases.default]
provider = "postgresql"
database_uri = "\${DATABASE_URL}"
schema = "\${SCHEMA}"
pool_size = "\${POOL}"
[databases.default.options.ssl]
ca = "\${PG_CA}"
[event_store]
provider = "message_db"
database_uri = "\${MESSAGE_DB_URL}"
[brokers.default]
provider = "redis"
URI = "\${REDIS_URL}"
[caches.default]
provider = "redis"
URI = "\${REDIS_URL}"
TTL = "\${TTL|60}"
[memory]
databases.default.provider = "memory"
event_store.provider = "memory"
brokers.default.provider = "inline"
caches.default.provider = "memory"
`

test('what is left of a connection needs no variables once the provider works in process', () => {
  const settings = settingsOf(REAL, { PROTEAN_ENV: 'memory', POOL: 'many' })
  expect(settings.databases.default).toMatchObject({ provider: 'memory', databaseUri: undefined, poolSize: 5, options: {} })
  expect(settings.caches.default).toMatchObject({ provider: 'memory', ttl: 60 })
  expect(complaints(fromToml(REAL))).toHaveLength(7)
})

test('the provider itself may come from a variable', () => {
  const toml = '[databases.default]\nprovider = "${DB|memory}"\ndatabase_uri = "${DATABASE_URL}"'
  expect(settingsOf(toml).databases.default.provider).toBe('memory')
  expect(complaints(fromToml(toml, { DB: 'sqlite' }))).toEqual(['CONFIG_UNRESOLVED_ENV_VAR config.databases.default.databaseUri'])
})

test('a URI whose variable is not set never means: in memory', () => {
  expect(complaints(fromToml('[databases.default]\ndatabase_uri = "${DATABASE_URL}"'))).toEqual([
    'CONFIG_UNRESOLVED_ENV_VAR config.databases.default.databaseUri',
  ])
  expect(complaints(fromToml('[databases.default]\ndatabase_uri = "${DATABASE_URL|}"'))).toEqual([
    'CONFIG_PROVIDER_UNDECIDED config.databases.default',
  ])
})

test('the value of a variable is never looked through for variables itself', () => {
  const configuration = fromToml('[custom]\npassword = "${PASSWORD}"', { PASSWORD: 'a${HOME}b$&', HOME: '/root' })
  expect(configuration.config.custom.password).toBe('a${HOME}b$&')
  expect(configuration.freeze().custom.password).toBe('a${HOME}b$&')
})

test('variables are put into configuration given in code, and into what is assigned later', () => {
  const configuration = inCode(
    { databases: { default: { databaseUri: '${DATABASE_URL}' } } },
    { DATABASE_URL: 'sqlite:///shop.db', N: '4' },
  )
  configuration.config.custom = { n: '${N}' }
  expect(configuration.freeze()).toMatchObject({
    databases: { default: { provider: 'sqlite', databaseUri: 'sqlite:///shop.db' } },
    custom: { n: '4' },
  })
  expect(problemsOf(inCode({ custom: { key: '${KEY}' } }))).toMatchObject([
    { code: 'CONFIG_UNRESOLVED_ENV_VAR', message: expect.stringContaining('in code') },
  ])
})

test('a value assigned in code takes the place of one whose variable is not set', () => {
  const configuration = fromToml('[databases.default]\nprovider = "postgresql"\ndatabase_uri = "${DATABASE_URL}"')
  configuration.config.databases.default = { provider: 'memory' }
  expect(configuration.freeze().databases.default.provider).toBe('memory')
})
