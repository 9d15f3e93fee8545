// biome-ignore-all lint/suspicious/noTemplateCurlyInString: placeholders of the configuration look like templates
import { expect, test } from 'vitest'
import type { DomainConfig } from '../../../src/domain/config/schema.ts'
import { complaints, fromToml, inCode } from './project.ts'

const isFrozen = expect.objectContaining({ name: 'IncorrectUsageError', code: 'CONFIG_FROZEN' })

test('values assigned in code hold, and come last', () => {
  const configuration = fromToml('event_processing = "async"\n[test]\nevent_processing = "async"', { PROTEAN_ENV: 'test' })
  configuration.config.eventProcessing = 'sync'
  configuration.config.server.dlq.enabled = true
  configuration.config.databases.default = { provider: 'postgresql', databaseUri: 'postgresql://localhost/shop' }
  expect(configuration.freeze()).toMatchObject({
    eventProcessing: 'sync',
    server: { dlq: { enabled: true, retentionHours: 168 } },
    databases: { default: { provider: 'postgresql', databaseUri: 'postgresql://localhost/shop', poolSize: 5 } },
  })
})

test('a section may be assigned with the keys that matter', () => {
  const configuration = inCode()
  configuration.config.server.priorityLanes = { enabled: true, threshold: -50 }
  expect(configuration.config.server.priorityLanes).toEqual({ enabled: true, threshold: -50, backfillSuffix: 'backfill' })
  expect(configuration.freeze().server.priorityLanes).toEqual({ enabled: true, threshold: -50, backfillSuffix: 'backfill' })
})

test('entries and an event store can be added', () => {
  const configuration = inCode()
  configuration.config.databases.reports = { databaseUri: 'sqlite:///reports.db' }
  configuration.config.eventStore = { provider: 'memory' }
  const { databases, eventStore } = configuration.freeze()
  expect(databases.reports).toMatchObject({ provider: 'sqlite' })
  expect(databases.default.provider).toBe('memory')
  expect(eventStore?.provider).toBe('memory')
})

test('a URI assigned later decides the provider that nobody named', () => {
  const configuration = inCode()
  expect(configuration.config.databases.default.provider).toBe('memory')
  configuration.config.databases.default.databaseUri = 'postgresql://localhost/shop'
  expect(configuration.config.databases.default.provider).toBe('postgresql')
  configuration.config.databases.default.provider = 'memory'
  expect(configuration.freeze().databases.default.provider).toBe('memory')
})

test('a value taken back leaves the default', () => {
  const configuration = fromToml('snapshot_threshold = 3\n[event_store]\nprovider = "memory"')
  configuration.config.eventStore = undefined
  Reflect.deleteProperty(configuration.config, 'snapshotThreshold')
  expect(configuration.freeze()).toMatchObject({ snapshotThreshold: 10, eventStore: undefined })
})

test('values are copied when they are assigned', () => {
  const configuration = inCode()
  const lanes = { enabled: true }
  configuration.config.server.priorityLanes = lanes
  lanes.enabled = false
  configuration.config.databases.second = configuration.config.databases.default
  configuration.config.databases.second.poolSize = 1
  const { server, databases } = configuration.freeze()
  expect(server.priorityLanes.enabled).toBe(true)
  expect(databases.default.poolSize).toBe(5)
  expect(databases.second?.poolSize).toBe(1)
})

test('domain.config reads, lists, spreads and serialises like the plain object that it stands for', () => {
  const { config } = fromToml('[custom]\nlist = [1, 2]\n[custom.nested]\na = 1')
  expect(config.server).toBe(config.server)
  expect('retryDelaySeconds' in config.server.streamSubscription).toBe(true)
  expect('nonsense' in config).toBe(false)
  expect({ ...config.server.priorityLanes }).toEqual({ enabled: false, threshold: 0, backfillSuffix: 'backfill' })
  expect(JSON.parse(JSON.stringify(config.custom))).toEqual({ list: [1, 2], nested: { a: 1 } })
  expect(String(config)).toBe('[object Object]')
})

test('mistakes made in code are found at init, all of them', () => {
  const configuration = inCode()
  const config = configuration.config as DomainConfig & Record<string, unknown>
  config.evntProcessing = 'sync'
  Object.assign(config, { snapshotThreshold: 'ten' })
  Object.assign(config.databases.default, { provider: 'postgres' })
  Object.assign(config.server, { dlq: { enabeld: true } })
  expect(complaints(configuration)).toEqual([
    'CONFIG_UNKNOWN_KEY config.evntProcessing',
    'CONFIG_INVALID_VALUE config.snapshotThreshold',
    'CONFIG_UNKNOWN_KEY config.server.dlq.enabeld',
    'CONFIG_UNKNOWN_PROVIDER config.databases.default.provider',
  ])
})

test.each(['databases', 'brokers', 'caches'] as const)('%s without an entry called default are refused', (kind) => {
  const configuration = inCode()
  Reflect.deleteProperty(configuration.config[kind], 'default')
  expect(complaints(configuration)).toContain(`CONFIG_MISSING_ENTRY config.${kind}.default`)
})

test('after init nothing can be changed, by no way', () => {
  const configuration = fromToml('[custom]\na = 1\n[custom.nested]\n')
  const early = configuration.config.server
  configuration.freeze()
  const { config } = configuration
  expect(() => (config.eventProcessing = 'sync')).toThrow(isFrozen)
  expect(() => (early.messagesPerTick = 1)).toThrow(isFrozen)
  expect(() => (config.databases.more = {})).toThrow(isFrozen)
  expect(() => ((config.custom.nested as Record<string, unknown>).b = 2)).toThrow(isFrozen)
  expect(() => Reflect.deleteProperty(config.custom, 'a')).toThrow(isFrozen)
  expect(() => Object.defineProperty(config, 'debug', { value: true })).toThrow(isFrozen)
  expect(config).toEqual(configuration.freeze())
})

test('the refusal names the key and says what to do', () => {
  const configuration = inCode()
  configuration.freeze()
  expect(() => (configuration.config.server.priorityLanes.enabled = true)).toThrow(
    /^config\.server\.priorityLanes\.enabled cannot be changed after init\(\).*close\(\)/,
  )
})

test('the settings are frozen all the way down', () => {
  const settings = inCode({ custom: { list: [{ a: 1 }] } }).freeze()
  expect(Object.isFrozen(settings)).toBe(true)
  expect(Object.isFrozen(settings.server.dlq)).toBe(true)
  expect(Object.isFrozen((settings.custom.list as object[])[0])).toBe(true)
})

test('after close it can be changed again, and what was assigned before still holds', () => {
  const configuration = inCode()
  configuration.config.eventProcessing = 'sync'
  configuration.freeze()
  configuration.thaw()
  configuration.config.commandProcessing = 'sync'
  expect(configuration.freeze()).toMatchObject({ eventProcessing: 'sync', commandProcessing: 'sync' })
})

test('a failed init leaves it changeable', () => {
  const configuration = inCode({ outbox: { broker: 'kafka' } })
  expect(() => configuration.freeze()).toThrow(expect.objectContaining({ code: 'CONFIG_UNKNOWN_BROKER' }))
  configuration.config.outbox.broker = 'default'
  expect(configuration.freeze().outbox.broker).toBe('default')
})

test('init sees the variables as they are then', () => {
  const env: Record<string, string> = {}
  const configuration = inCode({ custom: { key: '${KEY}' } }, env)
  expect(configuration.resolve().problems).toHaveLength(1)
  env.KEY = 'now'
  expect(configuration.freeze().custom.key).toBe('now')
})

test('a check after init leaves what is in force alone, whatever became of the variables', () => {
  const env: Record<string, string> = { KEY: 'at init' }
  const configuration = inCode({ custom: { key: '${KEY}' } }, env)
  const settings = configuration.freeze()
  delete env.KEY
  expect(configuration.resolve()).toEqual({ settings, problems: [] })
  expect(configuration.freeze()).toBe(settings)
})
