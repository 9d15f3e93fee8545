import { bag, boolean, derived, entries, integer, list, number, optionalSection, section, string } from './schema-nodes.ts'

const CONNECTION = { connection: true } as const

const database = {
  provider: derived(
    string(undefined, 'Built-in name or module specifier. Without it the scheme of the URI decides; without a URI, `memory`.', {
      nonBlank: true,
    }),
  ),
  databaseUri: string(undefined, 'Where the database is.', CONNECTION),
  schema: string(undefined, 'Schema that holds the tables; the provider’s own default otherwise.', { ...CONNECTION, nonBlank: true }),
  managed: boolean(true, 'Whether lifecycle commands may create and drop the tables.'),
  poolSize: integer(5, 'Connections kept open.', { ...CONNECTION, min: 1 }),
  maxOverflow: integer(10, 'Connections opened beyond the pool when it is exhausted.', { ...CONNECTION, min: 0 }),
  poolTimeout: number(30, 'Seconds to wait for a free connection.', { ...CONNECTION, moreThan: 0 }),
  poolRecycle: number(1800, 'Seconds after which a connection is replaced.', { ...CONNECTION, moreThan: 0 }),
  statementTimeoutMs: integer(undefined, 'Milliseconds after which the server cancels a statement.', { ...CONNECTION, min: 1 }),
  options: bag('Passed to the driver as it is, for example `ssl`.', CONNECTION),
} as const

export const databases = entries(
  'Databases by name. `default` serves every element that names no other.',
  section(
    'One database.',
    {
      ...database,
      namespacePrefix: string(undefined, 'Elasticsearch: put before every index name.', CONNECTION),
      namespaceSeparator: string('-', 'Elasticsearch: between prefix and index name.', CONNECTION),
      settings: bag('Elasticsearch: settings of every index.', CONNECTION),
    },
    'databases',
  ),
  ['default'],
)

export const eventStore = optionalSection(
  'The event store. Left out, events live in `databases.default` and commit in one transaction with the state.',
  { ...database, maxConnections: integer(undefined, 'Message DB: upper limit of connections.', { ...CONNECTION, min: 1 }) },
  'eventStore',
)

const uri = { ...CONNECTION, spelled: ['URI', 'uri'] } as const
const keyPrefix = string(undefined, 'Put before every key, so that several domains can share a server.', { ...CONNECTION, nonBlank: true })

export const brokers = entries(
  'Message brokers by name.',
  section(
    'One broker.',
    {
      provider: derived(
        string(undefined, 'Built-in name or module specifier. Without it the scheme of the URI decides; without a URI, `inline`.', {
          nonBlank: true,
        }),
      ),
      uri: string(undefined, 'Where the broker is.', uri),
      keyPrefix,
      options: bag('Passed to the client as it is.', CONNECTION),
    },
    'brokers',
  ),
  ['default'],
)

export const caches = entries(
  'Caches by name.',
  section(
    'One cache.',
    {
      provider: derived(
        string(undefined, 'Built-in name or module specifier. Without it the scheme of the URI decides; without a URI, `memory`.', {
          nonBlank: true,
        }),
      ),
      ttl: number(300, 'Seconds that an entry lives.', { moreThan: 0, spelled: ['TTL', 'ttl'] }),
      uri: string(undefined, 'Where the cache is.', uri),
      keyPrefix,
      options: bag('Passed to the client as it is.', CONNECTION),
    },
    'caches',
  ),
  ['default'],
)

export const outbox = section('How messages get from the database to the brokers.', {
  enabled: boolean(undefined, 'Publish every message to `broker`. Unset: when some handler reads from streams.'),
  broker: string('default', 'Broker that the domain’s own subscriptions read from.', { nonBlank: true }),
  externalBrokers: list([], 'Brokers that get the published events.'),
  messagesPerTick: integer(500, 'Messages published at a time.', { min: 1 }),
  tickInterval: number(0.01, 'For Python’s Protean. Here the relay is told of commits, and looks with every heartbeat besides.', {
    min: 0,
  }),
  maxTickInterval: number(undefined, 'For Python’s Protean, as `tick_interval`.', { min: 0 }),
  retry: section('Publishing that failed.', {
    maxAttempts: integer(3, 'Attempts before a message that the broker refuses is a dead letter. While the broker is away, none counts.', {
      min: 1,
    }),
    baseDelaySeconds: number(1, 'Seconds before the first repetition.', { min: 0 }),
    maxBackoffSeconds: number(60, 'Seconds that a delay never exceeds.', { min: 0 }),
    backoffMultiplier: number(2, 'Factor from one delay to the next.', { min: 1 }),
    jitter: boolean(true, 'Spread the delays by chance.'),
    jitterFactor: number(0.25, 'Share of a delay that is left to chance.', { min: 0, max: 1 }),
  }),
  cleanup: section('For Python’s Protean. Here the log is the outbox, and nothing is left to be removed: docs/adr/0007.', {
    publishedRetentionHours: number(168, 'Hours that published messages are kept.', { min: 0 }),
    abandonedRetentionHours: number(720, 'Hours that abandoned messages are kept.', { min: 0 }),
    cleanupIntervalTicks: integer(86400, 'Ticks between two removals.', { min: 1 }),
    batchSize: integer(5000, 'Rows removed at a time.', { min: 1 }),
  }),
})
