import type { ReactionFailure } from '../errors.ts'
import type { EngineContext } from './engine-context.ts'
import { OutboxRecovery } from './outbox-recovery.ts'
import { relaysOf } from './relays.ts'
import { schedulersOf } from './schedulers.ts'
import { subscriberPlans } from './subscriber-plans.ts'
import { Subscription } from './subscription.ts'
import { subscriptionPlans } from './subscription-plan.ts'
import { deadLetterUpkeep } from './upkeep/dead-letter-upkeep.ts'
import { oldRowsUpkeep } from './upkeep/old-rows.ts'
import type { Worker } from './worker.ts'
import { workerId } from './worker-row.ts'

/** Everything that an engine keeps running for a domain: each kind of worker adds its own here. */
export function workersOf(context: EngineContext): readonly Worker[] {
  const { inside } = context
  const plans = subscriptionPlans(inside)
  const handling = [...plans, ...subscriberPlans(inside)]
  const report = ({ handler, error }: ReactionFailure) => context.report({ handler, message: undefined, error, attempt: 1 })
  const { forwarder, databases } = inside.infrastructure
  const managed = [...databases.values()].filter(({ isManaged }) => isManaged).map(({ database }) => database)
  const workers: readonly Worker[] = [
    ...(forwarder === undefined ? [] : managed.map((database) => new OutboxRecovery(database, forwarder))),
    ...relaysOf(context, plans),
    ...handling.map((plan) => new Subscription(context, plan, workerId(inside.registry.domainName, plan.name))),
    // Where nothing handles anything, nothing can have been scheduled.
    ...(handling.length === 0 ? [] : schedulersOf(inside.runtime.domain, report)),
  ]
  // Who works until nothing is left to do does not wait for anything to become old.
  if (context.testMode) return workers
  return [
    ...workers,
    ...(handling.length === 0 ? [] : managed.map((home) => oldRowsUpkeep(inside, home, handling))),
    ...(inside.settings.server.dlq.enabled
      ? managed.map((home) =>
          deadLetterUpkeep(
            context,
            home,
            workers.filter((worker) => worker.home === home),
          ),
        )
      : []),
  ]
}
