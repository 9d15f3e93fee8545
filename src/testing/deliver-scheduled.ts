import type { Domain } from '../domain/domain.ts'
import { schedulersOf } from '../engine/schedulers.ts'
import type { ReactionFailure } from '../errors.ts'
import { ReactionError } from '../errors.ts'

/**
 * Sends what is scheduled and due by the domain's clock, and what comes due because of it, until nothing is left; gives how many messages that were. For
 * tests without an engine: advance the clock, then call this. Throws `ReactionError` with what failed, when all is sent.
 */
export async function deliverScheduled(domain: Domain): Promise<number> {
  const failures: ReactionFailure[] = []
  const schedulers = schedulersOf(domain, (failure) => failures.push(failure))
  let total = 0
  for (let sent = -1; sent !== 0; total += sent) {
    sent = 0
    for (const scheduler of schedulers) sent += await scheduler.pass()
  }
  if (failures.length > 0) throw new ReactionError(failures)
  return total
}
