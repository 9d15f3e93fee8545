import { ExpectedVersionError } from '../errors.ts'
import { currentUnitOfWork } from '../unit-of-work/run-in-unit-of-work.ts'
import type { Runtime } from '../unit-of-work/runtime.ts'
import type { Clock } from '../util/runtime/clock.ts'
import type { Timers } from '../util/runtime/timers.ts'

/** How often, and after which pauses, a unit of work that met a version conflict is run again. */
export interface VersionRetry {
  readonly enabled: boolean
  readonly maxRetries: number
  readonly baseDelaySeconds: number
  readonly maxDelaySeconds: number
}

export interface RetrySeams {
  readonly clock: Clock
  readonly timers: Timers
  readonly policy: () => VersionRetry
}

/**
 * Runs a unit of work, and runs it again from the start when somebody else was faster. Only an uncommitted unit is run again: what reacts to a
 * commit fails with `ReactionError`, which is not a version conflict. Inside an outer unit of work nothing can be retried here.
 */
export async function withVersionRetry<Result>(
  runtime: Runtime,
  { clock, timers, policy }: RetrySeams,
  deadline: Date | undefined,
  body: () => Promise<Result>,
): Promise<Result> {
  if (currentUnitOfWork(runtime) !== undefined) return body()
  const { enabled, maxRetries, baseDelaySeconds, maxDelaySeconds } = policy()
  for (let retries = 0; ; retries += 1) {
    try {
      return await body()
    } catch (error) {
      const delayMs = Math.min(baseDelaySeconds * 2 ** retries, maxDelaySeconds) * 1000
      const isTooLate = deadline !== undefined && clock.now().getTime() + delayMs > deadline.getTime()
      if (!(error instanceof ExpectedVersionError) || !enabled || retries >= maxRetries || isTooLate) throw error
      await timers.sleep(delayMs)
    }
  }
}
