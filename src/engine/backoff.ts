import type { Random } from '../util/runtime/random.ts'

export interface Backoff {
  readonly retryDelaySeconds: number
  readonly retryMultiplier: number
  readonly retryMaxDelaySeconds: number
  /** Part of the delay, 0 to 1, that is left to chance. */
  readonly retryJitter: number
}

/**
 * Milliseconds before the next attempt, after so many failed ones: exponential with a limit. Chance only shortens the delay, so that the limit is one,
 * and messages that failed together do not come back together.
 */
export function backoffMs(policy: Backoff, attempts: number, random: Random): number {
  const { retryDelaySeconds, retryMultiplier, retryMaxDelaySeconds, retryJitter } = policy
  const full = Math.min(retryDelaySeconds * retryMultiplier ** (attempts - 1), retryMaxDelaySeconds) * 1000
  return Math.round(full * (1 - retryJitter * random.next()))
}
