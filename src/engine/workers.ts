import type { ReactionFailure } from '../errors.ts'
import type { EngineContext } from './engine-context.ts'
import { OutboxRecovery } from './outbox-recovery.ts'
import { relaysOf } from './relays.ts'
import { schedulersOf } from './schedulers.ts'
import { subscriberPlans } from './subscriber-plans.ts'
import { Subscription } from './subscription.ts'
import { subscriptionPlans } from './subscription-plan.ts'
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
  return [
    ...(forwarder === undefined ? [] : managed.map((database) => new OutboxRecovery(database, forwarder))),
    ...relaysOf(context, plans),
    ...handling.map((plan) => new Subscription(context, plan, workerId(inside.registry.domainName, plan.name))),
    // Where nothing handles anything, nothing can have been scheduled.
    ...(handling.length === 0 ? [] : schedulersOf(inside.runtime.domain, report)),
  ]
}
