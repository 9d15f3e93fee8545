import type { ReactionFailure } from '../errors.ts'
import { ReactionError } from '../errors.ts'
import type { Delivering } from '../handlers/deliver-scheduled.ts'
import { deliverScheduled, isLasting } from '../handlers/deliver-scheduled.ts'
import { onScheduled, SCHEDULE_CLUSTER, SCHEDULE_TABLE, scheduledIn } from '../handlers/schedule.ts'
import type { Criteria } from '../ports/criteria.ts'
import type { Database } from '../ports/database.ts'
import type { Row } from '../ports/table.ts'
import type { DeadLetterCount, Hold, Worker, WorkerProgress } from './worker.ts'

/** At most so many are read at once. */
const BATCH = 100
/** Pause before what could not be sent for now (the database was busy) is tried again. */
const RETRY_MS = 5_000
const IN_ORDER = [{ column: 'due_at', descending: false }]

/**
 * Sends what was scheduled in one database when it is due. A lease keeps others from trying in vain; that nothing is sent twice, or is sent though it was
 * cancelled, does not depend on it. What cannot be sent (its handler refuses it, nothing knows its type) stays in the table with the reason, and is reported.
 */
export class Scheduler implements Worker {
  readonly name: string
  readonly home: Database
  readonly isPolled = true
  readonly #own: Criteria
  readonly #here: Delivering
  readonly #report: (failure: ReactionFailure) => void
  #hold: Hold | undefined
  #nextDue: Date | undefined
  #stopListening: (() => void) | undefined

  constructor(home: Database, domainName: string, here: Delivering, report: (failure: ReactionFailure) => void) {
    this.name = `scheduler:${home.name}`
    this.home = home
    this.#own = scheduledIn(domainName)
    this.#here = here
    this.#report = report
  }

  readonly deadLetters: DeadLetterCount = {
    count: () => this.home.count(SCHEDULE_TABLE, { op: 'and', terms: [this.#own, { op: 'not', term: WAITING }] }),
  }

  async start(hold: Hold): Promise<void> {
    this.#hold = hold
    this.#stopListening = onScheduled(this.home, () => hold.wake())
  }

  async pass(): Promise<number> {
    // With what comes next, so that one statement says when there is something to do.
    const { rows } = await this.home.select({ cluster: SCHEDULE_CLUSTER, where: this.#waiting, orderBy: IN_ORDER, limit: BATCH })
    let sent = 0
    let isDelayed = false
    let nextDue: Date | undefined
    for (const { row } of rows) {
      nextDue = row.due_at as Date
      if (nextDue > this.#now() || this.#hold?.isValid === false) break
      const outcome = await this.#deliver(row)
      if (outcome === 'dealt with') sent += 1
      isDelayed ||= outcome === 'for later'
      if (rows.length < BATCH) nextDue = undefined
    }
    this.#nextDue = isDelayed ? new Date(this.#now().getTime() + RETRY_MS) : nextDue
    return sent
  }

  /** Somebody has changed something: what waits to be sent again is tried at once. */
  async reload(): Promise<void> {
    this.#nextDue = undefined
    this.#hold?.wake()
  }

  async settled(): Promise<void> {}

  get nextDue(): Date | undefined {
    return this.#nextDue
  }

  async stop(): Promise<void> {
    this.#stopListening?.()
    this.#hold = undefined
  }

  async status(): Promise<WorkerProgress> {
    const [lag, kept, first] = await Promise.all([
      this.home.count(SCHEDULE_TABLE, this.#due()),
      this.deadLetters.count(),
      this.home.select({ cluster: SCHEDULE_CLUSTER, where: this.#due(), orderBy: IN_ORDER, limit: 1 }),
    ])
    const oldest = first.rows[0]?.row.due_at as Date | undefined
    const oldestMs = oldest === undefined ? undefined : this.#now().getTime() - oldest.getTime()
    return { lag, atLeast: false, oldestMs, waitingStreams: 0, deadLetters: kept }
  }

  async #deliver(row: Row): Promise<'dealt with' | 'gone' | 'for later'> {
    try {
      return (await deliverScheduled(this.#here, this.home, row)) ? 'dealt with' : 'gone'
    } catch (error) {
      if (error instanceof ReactionError) error.failures.forEach(this.#report)
      else this.#report({ handler: this.name, messageId: row.id as string, error })
      if (error instanceof ReactionError) return 'dealt with'
      if (!isLasting(error)) return 'for later'
      await this.#keep(row, error)
      return 'dealt with'
    }
  }

  /** Unless it was cancelled meanwhile. */
  async #keep(row: Row, error: unknown): Promise<void> {
    const where: Criteria = { op: 'compare', column: 'id', lookup: 'eq', value: row.id as string }
    const problem = error instanceof Error ? `${error.name}: ${error.message}` : String(error)
    await this.home.updateWhere(SCHEDULE_TABLE, where, { problem, failed_at: this.#now() })
  }

  get #waiting(): Criteria {
    return { op: 'and', terms: [this.#own, WAITING] }
  }

  #due(): Criteria {
    return { op: 'and', terms: [this.#own, WAITING, { op: 'compare', column: 'due_at', lookup: 'lte', value: this.#now() }] }
  }

  #now(): Date {
    return this.#here.runtime.clock.now()
  }
}

/** What is to be sent, now or later. */
const WAITING: Criteria = { op: 'compare', column: 'problem', lookup: 'isNull', value: true }
