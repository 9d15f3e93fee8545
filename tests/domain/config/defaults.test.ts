import { expect, test } from 'vitest'
import { CONFIG } from '../../../src/domain/config/schema.ts'
import { spellPath } from '../../../src/domain/config/spelling.ts'
import { inCode } from './project.ts'

const DEFAULTS: Record<string, unknown> = {
  env: undefined,
  testing: undefined,
  debug: undefined,
  secret_key: undefined,
  source_uri: undefined,
  identity_strategy: 'uuid',
  event_processing: 'async',
  command_processing: 'async',
  message_processing: 'async',
  lenient_deserialization: false,
  command_default_timeout: undefined,
  snapshot_threshold: 10,
  snapshots_kept: 2,
  hot_aggregates: 1000,
  'databases.default.provider': 'memory',
  'databases.default.database_uri': undefined,
  'databases.default.schema': undefined,
  'databases.default.managed': true,
  'databases.default.pool_size': 5,
  'databases.default.max_overflow': 10,
  'databases.default.pool_timeout': 30,
  'databases.default.pool_recycle': 1800,
  'databases.default.statement_timeout_ms': undefined,
  'databases.default.options': {},
  'databases.default.namespace_prefix': undefined,
  'databases.default.namespace_separator': '-',
  'databases.default.settings': {},
  event_store: undefined,
  'brokers.default.provider': 'inline',
  'brokers.default.URI': undefined,
  'brokers.default.key_prefix': undefined,
  'brokers.default.options': {},
  'caches.default.provider': 'memory',
  'caches.default.TTL': 300,
  'caches.default.URI': undefined,
  'caches.default.key_prefix': undefined,
  'caches.default.options': {},
  'outbox.enabled': undefined,
  'outbox.broker': 'default',
  'outbox.external_brokers': [],
  'outbox.messages_per_tick': 500,
  'outbox.tick_interval': 0.01,
  'outbox.max_tick_interval': undefined,
  'outbox.retry.max_attempts': 3,
  'outbox.retry.base_delay_seconds': 1,
  'outbox.retry.max_backoff_seconds': 60,
  'outbox.retry.backoff_multiplier': 2,
  'outbox.retry.jitter': true,
  'outbox.retry.jitter_factor': 0.25,
  'outbox.cleanup.published_retention_hours': 168,
  'outbox.cleanup.abandoned_retention_hours': 720,
  'outbox.cleanup.cleanup_interval_ticks': 86400,
  'outbox.cleanup.batch_size': 5000,
  'server.default_subscription_type': 'event_store',
  'server.default_subscription_profile': undefined,
  'server.messages_per_tick': 100,
  'server.tick_interval': 0,
  'server.concurrency': 10,
  'server.retry_multiplier': 2,
  'server.retry_max_delay_seconds': 300,
  'server.retry_jitter': 0.25,
  'server.drain_timeout_seconds': 30,
  'server.event_store_subscription.position_update_interval': 10,
  'server.event_store_subscription.max_retries': 3,
  'server.event_store_subscription.retry_delay_seconds': 1,
  'server.event_store_subscription.enable_dlq': true,
  'server.event_store_subscription.circuit_breaker_threshold': 10,
  'server.event_store_subscription.circuit_breaker_reset_seconds': 60,
  'server.event_store_subscription.enable_recovery': true,
  'server.event_store_subscription.recovery_interval_seconds': 30,
  'server.stream_subscription.blocking_timeout_ms': 5000,
  'server.stream_subscription.max_retries': 3,
  'server.stream_subscription.retry_delay_seconds': 1,
  'server.stream_subscription.enable_dlq': true,
  'server.stream_subscription.circuit_breaker_threshold': 10,
  'server.stream_subscription.circuit_breaker_reset_seconds': 60,
  'server.stream_subscription.retention_maxlen': undefined,
  'server.broker_subscription.max_retries': 3,
  'server.broker_subscription.retry_delay_seconds': 1,
  'server.broker_subscription.enable_dlq': true,
  'server.version_retry.enabled': true,
  'server.version_retry.max_retries': 3,
  'server.version_retry.base_delay_seconds': 0.05,
  'server.version_retry.max_delay_seconds': 1,
  'server.transient_retry.enabled': false,
  'server.transient_retry.max_retries': 3,
  'server.transient_retry.backoff': 'exponential',
  'server.transient_retry.base_delay_seconds': 0.1,
  'server.transient_retry.max_delay_seconds': 5,
  'server.transient_retry.exceptions': ['ConnectionError', 'TimeoutError', 'SendError'],
  'server.subscriptions': {},
  'server.profiles': {},
  'server.dlq.enabled': false,
  'server.dlq.retention_hours': 168,
  'server.dlq.alert_threshold': 100,
  'server.dlq.alert_callback': undefined,
  'server.dlq.check_interval_seconds': 60,
  'server.health.enabled': true,
  'server.health.host': '127.0.0.1',
  'server.health.port': 8080,
  'server.health.port_auto_increment': false,
  'server.priority_lanes.enabled': false,
  'server.priority_lanes.threshold': 0,
  'server.priority_lanes.backfill_suffix': 'backfill',
  'server.partitioning.lease_ttl_ms': 15000,
  'server.partitioning.heartbeat_interval_seconds': 3,
  'server.partitioning.poll_interval_seconds': 0.25,
  'server.partitioning.reap_idle_ms': 3600000,
  'idempotency.cache': undefined,
  'idempotency.redis_url': undefined,
  'idempotency.ttl': 86400,
  'idempotency.error_ttl': 60,
  'consume_idempotency.cleanup.retention_hours': 168,
  'consume_idempotency.cleanup.batch_size': 5000,
  'logging.level': '',
  'logging.format': 'auto',
  'logging.log_dir': undefined,
  'logging.log_file_prefix': undefined,
  'logging.max_bytes': undefined,
  'logging.backup_count': undefined,
  'logging.slow_handler_threshold_ms': 500,
  'logging.slow_query_threshold_ms': 100,
  'logging.slow_query_truncate_chars': 500,
  'logging.redact': ['password', 'token', 'secret', 'api_key', 'authorization', 'cookie', 'session', 'csrf'],
  'logging.per_logger': {},
  'logging.sampling': undefined,
  'logging.http': undefined,
  'telemetry.enabled': false,
  'telemetry.service_name': undefined,
  'telemetry.exporter': 'otlp',
  'telemetry.endpoint': undefined,
  'telemetry.resource_attributes': {},
  'observatory.trace_retention_days': 7,
  'lint.level': 'warn',
  'lint.aggregate_size_limit': 5,
  'lint.handler_breadth_limit': 5,
  'lint.check_infra_imports': false,
  'lint.check_adapter_calls': false,
  'lint.rules': [],
  'lint.suppressions': {},
  custom: {},
}

/** Every value by its path, as it is spelled in a file. An empty table counts as a value. */
function flat(value: unknown, path: readonly string[] = []): [string, unknown][] {
  const isTable = typeof value === 'object' && value !== null && !Array.isArray(value)
  if (!isTable || (Object.keys(value).length === 0 && path.length > 0)) return [[spellPath(path, CONFIG, 'file'), value]]
  return Object.entries(value).flatMap(([key, inner]) => flat(inner, [...path, key]))
}

test('a domain without any configuration has these settings, and no others', () => {
  expect(Object.fromEntries(flat(inCode().freeze()))).toEqual(DEFAULTS)
  expect(
    flat(inCode().freeze())
      .map(([key]) => key)
      .toSorted(),
  ).toEqual(Object.keys(DEFAULTS).toSorted())
})

test('domain.config reads the same before init as what is in force after it', () => {
  const configuration = inCode()
  expect(configuration.config).toEqual(configuration.freeze())
})

test('every entry of a named adapter gets the defaults of its kind', () => {
  const { caches, databases } = inCode({ caches: { sessions: { ttl: 5 }, pages: {} }, databases: { reports: { poolSize: 1 } } }).freeze()
  expect(caches.sessions).toMatchObject({ provider: 'memory', ttl: 5 })
  expect(caches.pages).toMatchObject({ provider: 'memory', ttl: 300 })
  expect(databases.reports).toMatchObject({ provider: 'memory', poolSize: 1, maxOverflow: 10 })
})

test('two domains never share a default', () => {
  const first = inCode()
  first.config.custom.answer = 42
  first.config.databases.default.options = { ssl: true }
  expect(inCode().freeze().custom).toEqual({})
  expect(inCode().freeze().databases.default.options).toEqual({})
})

test('a default profile, not the defaults of the server, decides what the server leaves unsaid', () => {
  const { server } = inCode({ server: { defaultSubscriptionProfile: 'fast', messagesPerTick: 7 } }).freeze()
  expect(server.messagesPerTick).toBe(7)
  expect(server.defaultSubscriptionType).toBeUndefined()
  expect(server.tickInterval).toBeUndefined()
  expect(server.streamSubscription).toMatchObject({ blockingTimeoutMs: undefined, maxRetries: undefined, enableDlq: undefined })
  expect(server.brokerSubscription.maxRetries).toBe(3)
})
