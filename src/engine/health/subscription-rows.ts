import type { Clock } from '../../util/runtime/clock.ts'
import type { Timers } from '../../util/runtime/timers.ts'
import type { PartStatus, WorkerStatus } from '../worker-status.ts'

/** One subscription, or other worker of the engine, as the body of a probe has it. */
export interface SubscriptionRow {
  readonly name: string
  readonly status: 'ok' | 'lagging' | 'unknown'
  readonly state: WorkerStatus['state']
  readonly owner: string | null
  /** Messages not dealt with; null where the status is unknown. */
  readonly lag: number | null
  /** Counting ended before they did. */
  readonly lag_at_least: boolean
  /** Age of the oldest message not dealt with; null where there is none. */
  readonly oldest_seconds: number | null
  readonly waiting_streams: number
  readonly dead_letters: number
  readonly dead_letter_alert: boolean
  /** Why the status is unknown. */
  readonly problem: string | null
  /** Only of a subscription that is divided. */
  readonly parts?: readonly PartRow[]
}

export type PartRow = Omit<SubscriptionRow, 'name' | 'status' | 'dead_letters' | 'dead_letter_alert' | 'parts'> & { readonly part: number }

export interface SubscriptionsSeen {
  /** As they were so many seconds ago; null before the first look has ended. */
  readonly age_seconds: number | null
  /** The latest look failed, or is not over. */
  readonly stale: boolean
  readonly rows: readonly SubscriptionRow[]
}

/** Milliseconds for which what was seen is not looked up again: several probes share one look. */
const FRESH_MS = 2000
/** Milliseconds that an answer waits for a look. Counting takes longer the more there is to count; a probe must not take longer for that. */
const WAIT_MS = 500

/** How far subscriptions are, looked up when somebody asks and at no other time. */
export class SubscriptionRows {
  readonly #look: () => Promise<readonly WorkerStatus[]>
  readonly #clock: Clock
  readonly #timers: Timers
  #seen: { readonly rows: readonly SubscriptionRow[]; readonly at: number } | undefined
  #hasFailed = false
  #looking: Promise<void> | undefined

  constructor(look: () => Promise<readonly WorkerStatus[]>, clock: Clock, timers: Timers) {
    this.#look = look
    this.#clock = clock
    this.#timers = timers
  }

  /** Never fails, and takes no longer than half a second: then gives what was seen before. */
  async seen(): Promise<SubscriptionsSeen> {
    if (this.#seen === undefined || this.#age() >= FRESH_MS) await this.#refresh()
    const isLate = this.#looking !== undefined
    return {
      age_seconds: this.#seen === undefined ? null : this.#age() / 1000,
      stale: isLate || this.#hasFailed,
      rows: this.#seen?.rows ?? [],
    }
  }

  #age(): number {
    return this.#clock.now().getTime() - (this.#seen?.at ?? 0)
  }

  async #refresh(): Promise<void> {
    this.#looking ??= this.#lookOnce().finally(() => {
      this.#looking = undefined
    })
    const over = new AbortController()
    await Promise.race([this.#looking, this.#timers.sleep(WAIT_MS, over.signal)])
    over.abort()
  }

  async #lookOnce(): Promise<void> {
    try {
      const rows = (await this.#look()).map(rowOf)
      this.#seen = { rows, at: this.#clock.now().getTime() }
      this.#hasFailed = false
    } catch {
      // The checks of the adapters, or of the engine, say why.
      this.#hasFailed = true
    }
  }
}

function rowOf({ name, deadLetters, deadLetterAlert, parts, ...status }: WorkerStatus): SubscriptionRow {
  return {
    name,
    status: status.lag === undefined ? 'unknown' : status.lag === 0 ? 'ok' : 'lagging',
    ...progressOf(status),
    dead_letters: deadLetters,
    dead_letter_alert: deadLetterAlert,
    ...(parts === undefined ? {} : { parts: parts.map((part) => ({ part: part.part, ...progressOf(part) })) }),
  }
}

function progressOf({ state, owner, lag, atLeast, oldestMs, waitingStreams, problem }: Omit<PartStatus, 'part'>) {
  return {
    state,
    owner: owner ?? null,
    lag: lag ?? null,
    lag_at_least: atLeast,
    oldest_seconds: oldestMs === undefined ? null : oldestMs / 1000,
    waiting_streams: waitingStreams,
    problem: problem ?? null,
  }
}
