import { NotSupportedError } from '../../../src/errors.ts'
import type { Broker } from '../../../src/ports/broker.ts'
import type { Database } from '../../../src/ports/database.ts'
import type { BrokerHarness, DatabaseHarness } from '../../../src/testing/conformance/index.ts'
import { inlineBroker, memoryDatabase } from '../support/memory-harness.ts'
import { overriding } from './defect.ts'

async function unsupported(): Promise<never> {
  throw new NotSupportedError('This adapter cannot do that.')
}

/** Sound, but without transactions and without events, and honest about it. */
export function limitedDatabase(): DatabaseHarness {
  const { database: inner, dispose } = memoryDatabase()
  const database = overriding<Database>(inner, {
    capabilities: { transactions: false, durable: false },
    events: undefined,
    begin: unsupported,
    commit: (changes) => (changes.appends.length > 0 ? unsupported() : inner.commit(changes)),
  })
  return { database, dispose }
}

/** Sound, but without acknowledgement, and honest about it. */
export function limitedBroker(): BrokerHarness {
  const harness = inlineBroker()
  const inner = harness.broker
  const broker = overriding<Broker>(inner, {
    capabilities: { acknowledgement: false, ordering: true, replay: true },
    read: async (read) => {
      const deliveries = await inner.read(read)
      await inner
        .acknowledge(
          read.stream,
          read.group,
          deliveries.map(({ id }) => id),
        )
        .catch(() => 0)
      return deliveries
    },
    acknowledge: unsupported,
    pending: unsupported,
    claim: unsupported,
  })
  return { ...harness, broker }
}
