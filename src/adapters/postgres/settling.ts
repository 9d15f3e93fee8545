import { DatabaseError } from '../../errors.ts'
import type { Statement } from '../sql/statement.ts'

const FIRST_PAUSE_MS = 2
const LONGEST_PAUSE_MS = 50
const PATIENCE_MS = 5000

/** Has the server wait: how long others take to commit is real time, whatever clock a test drives. */
export function serverPause(ms: number): Statement {
  return { text: 'SELECT pg_sleep($1::float8)', values: [ms / 1000], gives: 'rows' }
}

/**
 * Asks, after pauses that grow, until the answer is yes. Fails with `DatabaseError` (`LOG_HELD_BACK`) after five seconds. `what` names the event store.
 * `ask` waits for the given time, and asks then.
 */
export async function untilSettled(what: string, ask: (pauseMs: number) => Promise<boolean>): Promise<void> {
  let waitedMs = 0
  for (let pauseMs = 0; !(await ask(pauseMs)); pauseMs = Math.min(Math.max(pauseMs * 2, FIRST_PAUSE_MS), LONGEST_PAUSE_MS)) {
    waitedMs += pauseMs
    if (waitedMs < PATIENCE_MS) continue
    throw new DatabaseError(
      `Messages of ${what} cannot be read in order yet: a transaction that began before they were committed has been open for ${PATIENCE_MS / 1000} s on this server. End it; pg_stat_activity shows it.`,
      { code: 'LOG_HELD_BACK', retryable: true },
    )
  }
}
