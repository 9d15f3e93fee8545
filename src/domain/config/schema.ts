import { brokers, caches, databases, eventStore, outbox } from './adapter-schema.ts'
import type { Draft, Input, Settled } from './config-shape.ts'
import { lint, logging, observatory, telemetry } from './observability-schema.ts'
import { bag, boolean, choice, integer, number, section, string } from './schema-nodes.ts'
import { server } from './server-schema.ts'

const MODES = ['sync', 'async'] as const

/** Every key of the configuration. */
export const CONFIG = section('The configuration of a domain.', {
  env: string(undefined, 'A name of your own for the environment. Overlays are chosen by `PROTEAN_ENV`, not by this.'),
  testing: boolean(undefined, 'For your own code: whether tests are running.'),
  debug: boolean(undefined, 'For your own code: whether to be verbose.'),
  secretKey: string(undefined, 'For your own code: a secret.'),
  sourceUri: string(undefined, '`source` of CloudEvents; derived from the domain’s name otherwise.', { nonBlank: true }),
  identityStrategy: choice(['uuid', 'function'], 'uuid', 'How identities are made: UUIDs, or the function given to the domain.'),
  eventProcessing: choice(MODES, 'async', 'Whether event handlers run right after the commit, or in the engine.'),
  commandProcessing: choice(MODES, 'async', 'Whether `process` waits for the handler, or leaves the command to the engine.'),
  messageProcessing: choice(MODES, 'async', 'The same for subscribers.'),
  lenientDeserialization: boolean(false, 'Ignore unknown fields of stored messages.'),
  commandDefaultTimeout: number(undefined, 'Seconds after which a command that was not handled expires.', { moreThan: 0 }),
  snapshotThreshold: integer(10, 'Events of an event-sourced aggregate between two snapshots.', { min: 1 }),
  snapshotsKept: integer(2, 'Snapshots kept of each aggregate: with more of them, more of its past is found quickly.', { min: 1 }),
  hotAggregates: integer(1000, 'Event-sourced aggregates kept in memory, so that reading one takes only the events since; 0 keeps none.', {
    min: 0,
  }),
  databases,
  eventStore,
  brokers,
  caches,
  outbox,
  server,
  idempotency: section('Commands with an idempotency key.', {
    cache: string(
      undefined,
      'Cache that lets one submission with a key run at a time and remembers results. The database sees to effects, with or without it.',
      { nonBlank: true },
    ),
    redisUrl: string(
      undefined,
      'The same with a cache on this Redis server, which needs no entry of its own and is called `idempotency`.',
      { nonBlank: true },
    ),
    ttl: number(86400, 'Seconds that a success is remembered at least.', { moreThan: 0 }),
    errorTtl: number(60, 'Seconds that others wait for a submission of which nobody hears how it ended.', { moreThan: 0 }),
  }),
  consumeIdempotency: section('Messages that were handled.', {
    cleanup: section(
      'Removal of what engines remember of messages that cannot come again: steps of processes that are over, and messages of other systems.',
      {
        retentionHours: number(168, 'Hours that it is remembered.', { moreThan: 0 }),
        batchSize: integer(5000, 'Rows removed at a time, idempotency keys too.', { min: 1 }),
      },
    ),
  }),
  logging,
  telemetry,
  observatory,
  lint,
  custom: bag('Your own constants, read as `domain.config.custom.x`.'),
})

type ConfigKeys = (typeof CONFIG)['keys']

/** What may be given in code: `new Domain(name, { config })`. */
export interface ConfigInput extends Input<ConfigKeys> {}

/** What `domain.config` is: complete to read, changeable until `init()`. */
export interface DomainConfig extends Draft<ConfigKeys> {}

/** The configuration in force: complete, checked and frozen. */
export interface Settings extends Settled<ConfigKeys> {}
