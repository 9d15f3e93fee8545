import { ExpectedVersionError, isProteanError, ReactionError } from '../errors.ts'
import { currentUnitOfWork } from '../unit-of-work/run-in-unit-of-work.ts'
import type { Runtime } from '../unit-of-work/runtime.ts'
import type { Clock } from '../util/runtime/clock.ts'
import type { Random } from '../util/runtime/random.ts'
import type { Timers } from '../util/runtime/timers.ts'

/** How often, and after which pauses, a unit of work that failed for one kind of reason is run again. */
interface Retry {
  readonly enabled: boolean
  readonly maxRetries: number
  readonly baseDelaySeconds: number
  readonly maxDelaySeconds: number
}

interface RetryPolicy {
  /** It lost a race. */
  readonly versionRetry: Retry
  /** Something passing: the error is `retryable`, or has, or was caused by one that has, one of these names. */
  readonly transientRetry: Retry & { readonly backoff: 'exponential' | 'linear' | 'fixed'; readonly exceptions: readonly string[] }
}

export interface RetrySeams {
  readonly clock: Clock
  readonly timers: Timers
  readonly random: Random
  readonly policy: () => RetryPolicy
}

/**
 * Runs a unit of work, and runs it again from the start when somebody else was faster or something passing was in the way. Only an uncommitted unit is run
 * again: what reacts to a commit fails with `ReactionError`, which is neither. Inside an outer unit of work nothing can be retried here.
 */
export async function withQuickRetry<Result>(
  runtime: Runtime,
  { clock, timers, random, policy }: RetrySeams,
  deadline: Date | undefined,
  body: () => Promise<Result>,
): Promise<Result> {
  if (currentUnitOfWork(runtime) !== undefined) return body()
  const { versionRetry, transientRetry } = policy()
  let races = 0
  let failures = 0
  for (;;) {
    try {
      return await body()
    } catch (error) {
      let delayMs: number
      if (error instanceof ExpectedVersionError) {
        if (!versionRetry.enabled || races >= versionRetry.maxRetries) throw races === 0 ? error : exhausted(error, races + 1)
        // Any part of the delay: those who met in one race shall not meet in the next.
        delayMs = delayOf(versionRetry, 2 ** races) * random.next()
        races += 1
      } else if (transientRetry.enabled && failures < transientRetry.maxRetries && isTransient(error, transientRetry.exceptions)) {
        delayMs = delayOf(transientRetry, GROWTH[transientRetry.backoff](failures))
        failures += 1
      } else throw error
      if (deadline !== undefined && clock.now().getTime() + delayMs > deadline.getTime()) throw error
      await timers.sleep(delayMs)
    }
  }
}

const GROWTH = {
  exponential: (retries: number) => 2 ** retries,
  linear: (retries: number) => retries + 1,
  fixed: () => 1,
} as const

function delayOf({ baseDelaySeconds, maxDelaySeconds }: Retry, factor: number): number {
  return Math.min(baseDelaySeconds * factor, maxDelaySeconds) * 1000
}

function exhausted(error: ExpectedVersionError, attempts: number): ExpectedVersionError {
  const { target, expected, actual } = error
  return new ExpectedVersionError(target, expected, actual, { cause: error, attempts })
}

function isTransient(error: unknown, names: readonly string[]): boolean {
  if (error instanceof ReactionError) return false
  if (isProteanError(error) && error.code === 'ROWS_NOT_COMMITTED') return false
  if (isProteanError(error) && error.retryable) return true
  for (let at: unknown = error; at instanceof Error; at = at.cause) if (names.includes(at.name)) return true
  return false
}
