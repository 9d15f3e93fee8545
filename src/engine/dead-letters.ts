import type { Domain } from '../domain/domain.ts'
import type { DomainInternals } from '../domain/internals.ts'
import { internalsOf } from '../domain/internals.ts'
import { isProteanError, ObjectNotFoundError } from '../errors.ts'
import { FAILURE_CLUSTER, FAILURE_TABLE } from '../handlers/engine-tables.ts'
import type { FailureRecord, FailureStatus } from '../handlers/failure-record.ts'
import { failureOfRow, rowOfFailure } from '../handlers/failure-record.ts'
import type { Message } from '../messaging/message.ts'
import { NO_CHANGES } from '../ports/change-set.ts'
import type { Criteria } from '../ports/criteria.ts'
import type { Database } from '../ports/database.ts'
import { uuidV7Ids } from '../util/runtime/ids.ts'
import { changeAllParts } from './division.ts'
import { isRace, workerId } from './worker-row.ts'

/** A message that one subscription has given up, or that its stream waits for. Other subscriptions have nothing to do with it. */
export interface DeadLetter {
  readonly id: string
  /** Name of the subscription: that of the handler, or the category of commands. */
  readonly subscription: string
  readonly handler: string
  readonly message: Message
  /** `waiting`: it is to be tried again, and its stream waits. `dead`: given up. `replaying`: to be handled once more, soon. */
  readonly state: 'waiting' | 'dead' | 'replaying'
  readonly attempts: number
  readonly dueAt: Date | undefined
  /** Stable code of the last error, where it has one. */
  readonly code: string | undefined
  readonly reason: string
  readonly stack: string | undefined
  readonly firstFailedAt: Date
  readonly lastFailedAt: Date
}

export interface DeadLetterFilter {
  readonly subscription?: string
  /** Dead ones only when left out. */
  readonly state?: DeadLetter['state']
  /** Given up before this instant. */
  readonly before?: Date
}

const STATES: Readonly<Record<DeadLetter['state'], readonly FailureStatus[]>> = {
  waiting: ['retrying'],
  dead: ['dead'],
  replaying: ['replay'],
}

/**
 * What the handlers of a domain could not handle, in all its databases. What is asked for here is done by the engine that works on the subscription, within a
 * heartbeat, and by the next one that runs where none does.
 */
export class DeadLetters {
  readonly #inside: () => DomainInternals

  constructor(domain: Domain) {
    this.#inside = () => internalsOf(domain)
  }

  /** The oldest first. */
  async list(filter: DeadLetterFilter & { readonly limit?: number } = {}): Promise<readonly DeadLetter[]> {
    const found = await this.#inAll((database) => this.#select(database, filter, filter.limit))
    const letters = found.flat().sort((one, other) => one.createdAt.getTime() - other.createdAt.getTime())
    return letters.slice(0, filter.limit).map((record) => this.#letter(record))
  }

  count(filter: DeadLetterFilter = {}): Promise<number> {
    return this.#sum((database) => database.count(FAILURE_TABLE, this.#where(filter)))
  }

  /** Throws `ObjectNotFoundError` when it is not there any more. */
  async inspect(id: string): Promise<DeadLetter> {
    return this.#letter((await this.#find(id)).record)
  }

  /** Has one handled again, by the handler that failed and no other. One whose stream waits is tried again at once. */
  async replay(id: string): Promise<void> {
    await this.#change(id, ({ status }) => ({ status: status === 'retrying' ? 'retrying' : 'replay', dueAt: this.#now() }))
  }

  /** The same for all that match; gives how many those are. */
  async replayAll(filter: DeadLetterFilter = {}): Promise<number> {
    const letters = await this.list({ ...filter, state: 'dead' })
    for (const { id } of letters) await this.replay(id)
    return letters.length
  }

  /** Forgets one that is dead; lets the stream go on of one that is waited for. */
  async skip(id: string): Promise<void> {
    const { database, record } = await this.#find(id)
    if (record.status === 'retrying') await this.#change(id, () => ({ status: 'skip', dueAt: undefined }))
    else await database.commit({ ...NO_CHANGES, deletes: [{ table: FAILURE_TABLE, id, expectedVersion: record.version }] })
  }

  /** Forgets all dead ones that match; gives how many those were. */
  purge(filter: Omit<DeadLetterFilter, 'state'> = {}): Promise<number> {
    return this.#sum((database) => database.deleteWhere(FAILURE_TABLE, this.#where({ ...filter, state: 'dead' })))
  }

  async #change(id: string, changes: (record: FailureRecord) => Partial<FailureRecord>): Promise<void> {
    for (;;) {
      const { database, record } = await this.#find(id)
      const next = { ...record, ...changes(record), version: record.version + 1 }
      try {
        await database.commit({
          ...NO_CHANGES,
          updates: [{ table: FAILURE_TABLE, id, expectedVersion: record.version, row: rowOfFailure(next) }],
        })
      } catch (error) {
        if (isRace(error)) continue
        throw error
      }
      await changeAllParts(database, record.subscription, this.#now(), { signal: uuidV7Ids().next() })
      return
    }
  }

  async #find(id: string): Promise<{ readonly database: Database; readonly record: FailureRecord }> {
    const found = await this.#inAll(async (database) => ({ database, rows: await database.load(FAILURE_CLUSTER, [id]) }))
    for (const { database, rows } of found) for (const { row } of rows) return { database, record: failureOfRow(row) }
    throw new ObjectNotFoundError(`There is no dead letter ${id}. It was handled, skipped or purged meanwhile; list() says what there is.`)
  }

  async #select(database: Database, filter: DeadLetterFilter, limit: number | undefined): Promise<readonly FailureRecord[]> {
    const orderBy = [{ column: 'created_at', descending: false }]
    const { rows } = await database.select({ cluster: FAILURE_CLUSTER, where: this.#where(filter), orderBy, limit })
    return rows.map(({ row }) => failureOfRow(row))
  }

  async #sum(count: (database: Database) => Promise<number>): Promise<number> {
    return (await this.#inAll(count)).reduce((sum, one) => sum + one, 0)
  }

  #where({ subscription, state = 'dead', before }: DeadLetterFilter): Criteria {
    const own = this.#id('')
    const terms: Criteria[] = [
      { op: 'compare', column: 'status', lookup: 'in', value: STATES[state] },
      // Domains may share a database.
      subscription === undefined
        ? { op: 'compare', column: 'subscription', lookup: 'startsWith', value: own }
        : { op: 'compare', column: 'subscription', lookup: 'eq', value: this.#id(subscription) },
    ]
    if (before !== undefined) terms.push({ op: 'compare', column: 'updated_at', lookup: 'lt', value: before })
    return { op: 'and', terms }
  }

  #letter(record: FailureRecord): DeadLetter {
    const { id, subscription, handler, message, status, attempts, dueAt, code, reason, stack, createdAt, updatedAt } = record
    const state = status === 'dead' ? 'dead' : status === 'replay' ? 'replaying' : 'waiting'
    const name = subscription.slice(this.#id('').length)
    const times = { firstFailedAt: createdAt, lastFailedAt: updatedAt }
    return { id, subscription: name, handler, message, state, attempts, dueAt, code, reason, stack, ...times }
  }

  /** Asks every database. One that is not managed may have no tables of an engine, and then no dead letters. */
  async #inAll<Result>(ask: (database: Database) => Promise<Result>): Promise<readonly Result[]> {
    const providers = [...this.#inside().infrastructure.databases.values()]
    const answers = await Promise.all(
      providers.map(async ({ database, isManaged }) => {
        try {
          return [await ask(database)]
        } catch (error) {
          if (!isManaged && isProteanError(error) && error.code === 'MISSING_TABLE') return []
          throw error
        }
      }),
    )
    return answers.flat()
  }

  #id(subscription: string): string {
    return workerId(this.#inside().registry.domainName, subscription)
  }

  #now(): Date {
    return this.#inside().retry.clock.now()
  }
}

/** The dead letters of a domain. */
export function deadLetters(domain: Domain): DeadLetters {
  return new DeadLetters(domain)
}
