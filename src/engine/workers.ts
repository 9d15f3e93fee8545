import type { ReactionFailure } from '../errors.ts'
import { Divider } from './divider.ts'
import type { EngineContext } from './engine-context.ts'
import { OutboxRecovery } from './outbox-recovery.ts'
import { relaysOf } from './relays.ts'
import { schedulersOf } from './schedulers.ts'
import { subscriberPlans } from './subscriber-plans.ts'
import { Subscription } from './subscription.ts'
import type { SubscriptionPlan } from './subscription-plan.ts'
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
    ...handling.flatMap((plan) => subscriptionsOf(context, plan)),
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

/** One for each part. */
function subscriptionsOf(context: EngineContext, plan: SubscriptionPlan): readonly Subscription[] {
  const id = workerId(context.inside.registry.domainName, plan.name)
  const { partOf, settings } = plan
  // Messages of other systems are read as one.
  if (partOf === undefined) return [new Subscription(context, plan, id)]
  const divider = new Divider(plan, id, context.clock)
  const count = settings.partitions
  return Array.from({ length: count }, (_, index) => {
    const part = { index, count }
    return new Subscription(context, count === 1 ? plan : partOf(part), id, { subscription: plan.name, part, divider })
  })
}
