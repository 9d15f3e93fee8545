import type { Broker } from '../../../src/ports/broker.ts'
import type { BrokerHarness } from '../../../src/testing/conformance/index.ts'
import { inlineBroker } from '../support/memory-harness.ts'
import type { Defect } from './defect.ts'
import { overriding } from './defect.ts'

const delivered = 'what is published is delivered'
const empty = 'an empty message is refused'
const groups = 'each group gets every message'
const consumers = 'each message goes to one consumer of a group'
const nothing = 'reading where there is nothing is no error'
const pending = 'G4: what was delivered is pending until it is acknowledged'
const idle = 'G7: another consumer takes over what lies idle'
const waiting = 'a read may wait for messages'
const backlog = 'what a group has before it is counted'
const trimmed = 'a stream is trimmed'

function broken(defect: string, breaks: string, overrides: (inner: Broker) => Partial<Broker>): Defect<BrokerHarness> {
  return {
    defect,
    breaks,
    create: () => {
      const harness = inlineBroker()
      return { ...harness, broker: overriding<Broker>(harness.broker, overrides(harness.broker)) }
    },
  }
}

export const brokerDefects: readonly Defect<BrokerHarness>[] = [
  broken('it turns a batch around', delivered, (inner) => ({
    publish: (stream, payloads) => inner.publish(stream, [...payloads].reverse()),
  })),
  broken('it loses what is null', delivered, (inner) => ({
    publish: (stream, payloads) =>
      inner.publish(
        stream,
        payloads.map((payload) => ({ ...Object.fromEntries(Object.entries(payload).filter(([, value]) => value !== null)), kept: true })),
      ),
  })),
  broken('it gives the same ids to all', delivered, (inner) => ({
    publish: async (stream, payloads) => (await inner.publish(stream, payloads)).map(() => '1'),
  })),
  broken('one stream is like another', delivered, (inner) => ({
    publish: (stream, payloads) => inner.publish(stream.split(':', 1)[0] ?? stream, payloads),
    read: (read) => inner.read({ ...read, stream: read.stream.split(':', 1)[0] ?? read.stream }),
  })),
  broken('it publishes empty messages', empty, (inner) => ({
    publish: (stream, payloads) =>
      inner.publish(
        stream,
        payloads.map((payload) => (Object.keys(payload).length === 0 ? { empty: true } : payload)),
      ),
  })),
  broken('it publishes what comes before an empty message', empty, (inner) => ({
    publish: async (stream, payloads) => {
      const ids: string[] = []
      for (const payload of payloads) ids.push(...(await inner.publish(stream, [payload])))
      return ids
    },
  })),
  broken('a group that is removed stays', pending, () => ({ removeGroup: async () => undefined })),
  broken('all groups share the messages', groups, (inner) => ({
    ensureGroup: (stream) => inner.ensureGroup(stream, 'all'),
    read: (read) => inner.read({ ...read, group: 'all' }),
  })),
  broken('a group made late misses what was there before', groups, (inner) => {
    const made = new Set<string>()
    return {
      ensureGroup: async (stream, group) => {
        if (made.has(group)) return
        made.add(group)
        await inner.read({ stream, group, consumer: 'nobody', count: 1000 })
      },
    }
  }),
  broken('every consumer gets every message', consumers, (inner) => ({
    read: (read) => inner.read({ ...read, group: `${read.group}/${read.consumer}` }),
  })),
  broken('a message is read again as long as it is pending', consumers, (inner) => ({
    read: async (read) => {
      const fresh = await inner.read(read)
      return fresh.length > 0 ? fresh : inner.claim({ ...read, minIdleMs: 0 })
    },
  })),
  broken('an unknown stream is an error', nothing, (inner) => ({
    read: async (read) => {
      if ((await inner.length(read.stream)) === 0) throw new Error('no such stream')
      return inner.read(read)
    },
  })),
  broken('none wanted means all', nothing, (inner) => ({
    read: (read) => inner.read({ ...read, count: read.count === 0 ? 1000 : read.count }),
  })),
  broken('it ignores acknowledgements', pending, () => ({ acknowledge: async (_stream, _group, ids) => ids.length })),
  broken('it counts what was not pending', pending, (inner) => ({
    acknowledge: async (stream, group, ids) => {
      await inner.acknowledge(stream, group, ids)
      return ids.length
    },
  })),
  broken('one group acknowledges for all', pending, (inner) => ({
    acknowledge: async (stream, group, ids) => {
      const other = group === 'mailer' ? 'printer' : 'mailer'
      await inner.acknowledge(stream, other, ids)
      return inner.acknowledge(stream, group, ids)
    },
  })),
  broken('it claims what is not idle yet', idle, (inner) => ({ claim: (read) => inner.claim({ ...read, minIdleMs: 0 }) })),
  broken('it does not count claims as deliveries', idle, (inner) => ({
    claim: async (read) => (await inner.claim(read)).map((delivery) => ({ ...delivery, deliveries: 1 })),
  })),
  broken('a claimed message stays with its first consumer', idle, (inner) => ({
    claim: (read) => inner.claim({ ...read, consumer: 'one' }),
  })),
  broken('it does not wait', waiting, (inner) => ({ read: ({ waitMs: _, ...read }) => inner.read(read) })),
  broken('it does not wake up', waiting, (inner) => ({
    read: async (read) => {
      const found = await inner.read({ ...read, waitMs: 0 })
      if (found.length > 0 || read.waitMs === undefined) return found
      await inner.read({ ...read, stream: 'nowhere' })
      return inner.read({ ...read, waitMs: 0 })
    },
  })),
  broken('it cannot be told to stop', waiting, (inner) => ({ read: ({ signal: _, ...read }) => inner.read(read) })),
  broken('it takes a message after it was told to stop', waiting, (inner) => ({
    read: async ({ signal, ...read }) => {
      const taking = inner.read(read)
      if (signal === undefined) return taking
      const stopped = new Promise<readonly []>((resolve) => signal.addEventListener('abort', () => resolve([]), { once: true }))
      return Promise.race([taking, stopped])
    },
  })),
  broken('it does not count what is pending', backlog, (inner) => ({
    backlog: async (stream, group, limit) => {
      const { count, ...rest } = await inner.backlog(stream, group, limit)
      return { ...rest, count: count - (await inner.pending(stream, group, 1000)).length }
    },
  })),
  broken('it counts beyond the limit', backlog, (inner) => ({ backlog: (stream, group) => inner.backlog(stream, group, 1000) })),
  broken('it takes what it counts', backlog, (inner) => ({
    backlog: async (stream, group, limit) => {
      const counted = await inner.backlog(stream, group, limit)
      await inner.read({ stream, group, consumer: 'counting', count: limit })
      return counted
    },
  })),
  broken('closing leaves readers waiting', waiting, () => ({ close: async () => undefined })),
  broken('it trims what was not read', trimmed, (inner) => ({
    trim: async (stream, maxLength) => {
      const length = await inner.length(stream)
      for (const group of ['mailer', 'printer']) {
        const read = await inner.read({ stream, group, consumer: 'nobody', count: 1000 })
        await inner.acknowledge(
          stream,
          group,
          read.map(({ id }) => id),
        )
      }
      await inner.trim(stream, maxLength)
      return length - (await inner.length(stream))
    },
  })),
  broken('it trims to one message more', trimmed, (inner) => ({ trim: (stream, maxLength) => inner.trim(stream, maxLength + 1) })),
  broken('it goes on working after it was closed', 'a broker works while it is open, and only then', (inner) => ({
    close: async () => {
      await inner.close()
      await inner.open()
    },
  })),
  broken('a reset keeps the messages', 'a reset removes messages and groups', () => ({ resetData: async () => undefined })),
  broken('it claims to keep nothing, and keeps it', 'a broker that keeps nothing says so', () => ({
    capabilities: { acknowledgement: true, ordering: true, replay: false },
  })),
  broken('it claims to know no acknowledgement', 'a broker without acknowledgement says so', () => ({
    capabilities: { acknowledgement: false, ordering: true, replay: true },
  })),
  {
    defect: 'all brokers are the same one',
    breaks: 'brokers share nothing',
    create: (() => {
      let shared: BrokerHarness | undefined
      return () => {
        shared ??= inlineBroker()
        return { ...shared, dispose: () => shared?.broker.resetData().catch(() => undefined) }
      }
    })(),
  },
]
