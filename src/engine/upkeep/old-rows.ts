import type { DomainInternals } from '../../domain/internals.ts'
import { CHECKPOINT_CLUSTER } from '../../handlers/engine-tables.ts'
import { IDEMPOTENCY_CLUSTER, idempotencyDomain } from '../../handlers/idempotency.ts'
import { PROCESS_STEP_CLUSTER } from '../../handlers/process-history.ts'
import type { ElementDefinition } from '../../model/definition.ts'
import { ENDED } from '../../model/process-manager-base.ts'
import type { Criteria } from '../../ports/criteria.ts'
import type { Database } from '../../ports/database.ts'
import type { Row } from '../../ports/table.ts'
import type { SubscriptionPlan } from '../subscription-plan.ts'
import { workerId } from '../worker-row.ts'
import type { Sweep } from './sweep.ts'
import { olderThan } from './sweep.ts'
import { Upkeep } from './upkeep.ts'

const HOUR_MS = 3_600_000

/**
 * Removes what guards against repetitions that can no longer come: idempotency keys after their time, steps of processes that are over (which take no further
 * ones), and checkpoints of messages that are each a stream of their own. Checkpoints of other streams stay: there is one for each, however many messages it has,
 * and it says where the stream is.
 */
export function oldRowsUpkeep(inside: DomainInternals, home: Database, plans: readonly SubscriptionPlan[]): Upkeep {
  const { clock } = inside.retry
  const { idempotency, consumeIdempotency } = inside.settings
  const { retentionHours, batchSize } = consumeIdempotency.cleanup
  const processes = inside.registry
    .ofKind('processManager')
    .filter((definition) => !definition.isAbstract && inside.runtime.databaseFor(definition) === home)
  const passing = plans.filter((plan) => plan.isPassing === true && plan.home === home)
  return new Upkeep({
    name: `upkeep:${home.name}`,
    home,
    clock,
    everyMs: HOUR_MS,
    sweeps() {
      const now = clock.now().getTime()
      const handledBefore = new Date(now - retentionHours * HOUR_MS)
      const keysBefore = new Date(now - idempotency.ttl * 1000)
      return [
        keys(inside, keysBefore, batchSize),
        ...(processes.length === 0 ? [] : [steps(inside, home, processes, handledBefore, batchSize)]),
        ...passing.map(({ name }) => checkpoints(workerId(inside.registry.domainName, name), handledBefore, batchSize)),
      ]
    },
  })
}

/** Domains may share a database, and keep their keys for different times. */
function keys({ registry }: DomainInternals, before: Date, batchSize: number): Sweep {
  const own: Criteria = { op: 'compare', column: 'id', lookup: 'startsWith', value: idempotencyDomain(registry.domainName) }
  return { cluster: IDEMPOTENCY_CLUSTER, where: { op: 'and', terms: [own, olderThan('recorded_at', before)] }, batchSize }
}

function checkpoints(subscription: string, before: Date, batchSize: number): Sweep {
  const own: Criteria = { op: 'compare', column: 'subscription', lookup: 'eq', value: subscription }
  return { cluster: CHECKPOINT_CLUSTER, where: { op: 'and', terms: [own, olderThan('updated_at', before)] }, batchSize }
}

/** A process under way knows by its steps which events it has had. */
function steps(
  { runtime }: DomainInternals,
  home: Database,
  processes: readonly ElementDefinition[],
  before: Date,
  batchSize: number,
): Sweep {
  const names = processes.map(({ name }) => name)
  const own: Criteria = { op: 'compare', column: 'process', lookup: 'in', value: names }
  const among = async (rows: readonly Row[]) => {
    const over = await Promise.all(
      processes.map(async (definition) => {
        const own = rows.filter(({ process }) => process === definition.name)
        const instances = [...new Set(own.map(({ instance }) => instance as string))]
        const { cluster } = runtime.mappingOf(definition)
        const found = instances.length === 0 ? [] : await home.load(cluster, instances)
        const ended = new Set(found.filter(({ row }) => row[ENDED] === true).map(({ row }) => row[cluster.table.primaryKey]))
        return own.filter(({ instance }) => ended.has(instance))
      }),
    )
    return over.flat()
  }
  return { cluster: PROCESS_STEP_CLUSTER, where: { op: 'and', terms: [own, olderThan('handled_at', before)] }, batchSize, among }
}
