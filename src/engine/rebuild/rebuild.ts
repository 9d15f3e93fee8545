import type { DomainInternals } from '../../domain/internals.ts'
import { DatabaseError, ExpectedVersionError, InvalidOperationError, isProteanError } from '../../errors.ts'
import { describeError } from '../../handlers/failure-record.ts'
import type { Message } from '../../messaging/message.ts'
import { EVERYTHING } from '../../ports/criteria.ts'
import { turn } from '../../util/runtime/turn.ts'
import type { LogPart } from './log-part.ts'
import { project } from './project.ts'
import type { RebuildOptions, RebuildProgress, RebuildResult } from './rebuild-options.ts'
import type { RebuildPlan } from './rebuild-plan.ts'
import type { RebuildState } from './rebuild-record.ts'
import { RebuildRecord } from './rebuild-record.ts'
import { StagingDatabase } from './staging-database.ts'
import { endsOf } from './stale-handlers.ts'
import { TakeOver } from './take-over.ts'

const BATCH_SIZE = 500
const MAX_NAMED = 100
const MAX_SWITCHES = 10
const PAUSE_MS = 500

/** One rebuild, from whatever an earlier one has left to the switch. */
export class Rebuild {
  readonly #inside: DomainInternals
  readonly #plan: RebuildPlan
  readonly #options: RebuildOptions
  readonly #record: RebuildRecord
  readonly #staging: StagingDatabase
  readonly #takeOver: TakeOver
  /** What is read at the moment. */
  #part: LogPart | undefined

  private constructor(inside: DomainInternals, plan: RebuildPlan, options: RebuildOptions, record: RebuildRecord, owner: string) {
    const { clock, timers } = inside.retry
    const { partitioning, drainTimeoutSeconds } = inside.settings.server
    const ttlMs = partitioning.leaseTtlMs
    const patienceMs = ttlMs + drainTimeoutSeconds * 1000
    this.#inside = inside
    this.#plan = plan
    this.#options = options
    this.#record = record
    this.#staging = new StagingDatabase({
      database: plan.database,
      table: plan.beside.table,
      record,
      isEmpty: record.phase === 'preparing',
      stateAfter: (messages, cursor) => this.#stateAfter(messages, cursor),
    })
    this.#takeOver = new TakeOver(plan, record, { owner, clock, timers, ttlMs, patienceMs, signal: options.signal })
  }

  static async run(inside: DomainInternals, plan: RebuildPlan, options: RebuildOptions, owner: string): Promise<RebuildResult> {
    const { restart = false } = options
    const record = await RebuildRecord.take(plan, owner, inside.retry.clock, inside.settings.server.partitioning.leaseTtlMs, restart)
    const rebuild = new Rebuild(inside, plan, options, record, owner)
    try {
      return await rebuild.#run()
    } catch (error) {
      // Where even that fails, the leases expire by themselves.
      await rebuild.#takeOver.giveUp().catch(() => undefined)
      await record.release().catch(() => undefined)
      throw error
    }
  }

  async #run(): Promise<RebuildResult> {
    await this.#takeOver.resume()
    const isResumed = this.#record.phase !== 'preparing'
    if (!isResumed) await this.#prepare()
    for (let attempt = 1; ; attempt += 1) {
      await this.#catchUp()
      const rows = await this.#switched(attempt)
      if (rows === undefined) continue
      this.#tell()
      return { ...this.#progress(), rowsBefore: rows.before, rowsAfter: rows.after, isResumed }
    }
  }

  /** What an earlier rebuild has left under the name is for another shape, or nobody knows how far it is. */
  async #prepare(): Promise<void> {
    const { database, beside } = this.#plan
    await database.dropTable(beside.table)
    await database.createTable(beside.table)
    await this.#record.write({ phase: 'building' })
    this.#tell()
  }

  /** Until there was nothing more in any part of the log. */
  async #catchUp(): Promise<void> {
    for (let isEnd = false; !isEnd; ) {
      isEnd = true
      for (const part of this.#plan.parts) if (!(await this.#readOn(part))) isEnd = false
    }
  }

  /** One page. Gives whether it was the last one there is. */
  async #readOn(part: LogPart): Promise<boolean> {
    this.#options.signal?.throwIfAborted()
    const before = this.#record.state.cursors[part.key]
    const { messages, cursor, isEnd } = await part.read(before, this.#options.batchSize ?? BATCH_SIZE)
    if (cursor === undefined || cursor === before) return true
    this.#part = part
    if (!(await this.#handled(messages, cursor)) && !(await this.#handledOneByOne(messages))) return false
    // Some databases answer without giving others a turn.
    await turn()
    return isEnd && this.#record.state.cursors[part.key] === cursor
  }

  /** Gives whether all of it is stored; where not, nobody knows which event the database did not take. */
  async #handled(messages: readonly Message[], cursor: string): Promise<boolean> {
    for (const message of messages) {
      const error = await this.#refusalOf(message)
      if (error === undefined) continue
      // A projector that queries commits by itself, and only the answer may have been lost.
      if (!(await this.#flushed()) || (await this.#record.wasStored())) return false
      await this.#goPast(message, error.reason)
    }
    return await this.#flushed(cursor)
  }

  /** Each event in a transaction of its own. Gives false where the page has to be read anew. */
  async #handledOneByOne(messages: readonly Message[]): Promise<boolean> {
    for (const message of messages) {
      this.#options.signal?.throwIfAborted()
      const version = this.#record.version
      let error = await this.#refusalOf(message)
      try {
        if (error === undefined) await this.#staging.flush()
      } catch (reason) {
        error = { reason }
      }
      if (error !== undefined) {
        this.#staging.forget()
        if (await this.#record.wasStored()) return false
        await this.#goPast(message, error.reason)
      }
      if (this.#record.version !== version) this.#tell()
    }
    return true
  }

  /** What the projectors throw at an event, if they do. */
  async #refusalOf(message: Message): Promise<{ readonly reason: unknown } | undefined> {
    this.#staging.enter(message)
    try {
      await project(this.#inside, this.#plan, this.#staging, message)
      this.#staging.passed()
      return undefined
    } catch (reason) {
      this.#staging.left()
      return { reason }
    }
  }

  /** Writes what was kept. Gives whether it is stored, and throws where trying again in other portions makes no difference. */
  async #flushed(cursor?: string): Promise<boolean> {
    try {
      await this.#staging.flush(cursor)
    } catch (error) {
      this.#staging.forget()
      if (await this.#record.wasStored()) return true
      if (isPassing(error)) throw error
      return false
    }
    this.#tell()
    return true
  }

  async #goPast(message: Message, error: unknown): Promise<void> {
    if (isPassing(error)) throw error
    if (this.#options.onError !== 'skip') throw stopped(this.#plan, message, error)
    await this.#record.write({ state: { ...this.#stateAfter([message], undefined), ...this.#withSkipped(message, error) } })
    this.#tell()
  }

  /** Gives the counts, or undefined where it is to be tried again because the table was in use. */
  async #switched(attempt: number): Promise<RebuildState['rows']> {
    const { database, live, beside } = this.#plan
    try {
      await this.#takeOver.begin()
      await this.#catchUp()
      const before = await database.count(live.table, EVERYTHING)
      const after = await database.count(beside.table, EVERYTHING)
      this.#refuse(before, after)
      await this.#record.write({ phase: 'switching', state: { rows: { before, after } } })
      await this.#takeOver.switch()
      return { before, after }
    } catch (error) {
      if (error instanceof DatabaseError || error instanceof ExpectedVersionError) {
        await this.#record.wasStored()
        // The switch was made, and only the answer got lost.
        if (this.#record.phase === 'done') return this.#record.state.rows
        if (error.retryable && attempt < MAX_SWITCHES) {
          await this.#takeOver.giveUp()
          await this.#inside.retry.timers.sleep(PAUSE_MS, this.#options.signal)
          return undefined
        }
      }
      throw error
    }
  }

  #refuse(before: number, after: number): void {
    const { refuseIf = (rows) => rows.after === 0 && rows.before > 0 } = this.#options
    if (!refuseIf({ before, after })) return
    const text = `${this.#plan.definition.name} has ${before} rows and would have ${after}, which was refused. See what is missing from its projectors or from the log, or pass refuseIf: () => false.`
    throw new InvalidOperationError(text, { code: 'REBUILD_REFUSED' })
  }

  #stateAfter(messages: readonly Message[], cursor: string | undefined): Partial<RebuildState> {
    const { cursors, ends, read } = this.#record.state
    const part = this.#part as LogPart
    const end = cursor ?? messages.at(-1)?.stored?.cursor
    return {
      cursors: end === undefined ? cursors : { ...cursors, [part.key]: end },
      ends: { ...ends, ...endsOf(this.#plan, part, messages) },
      read: read + messages.length,
    }
  }

  #withSkipped({ id, type, stream }: Message, error: unknown): Partial<RebuildState> {
    const { skipped, skippedEvents } = this.#record.state
    const { reason } = describeError(error)
    return {
      skipped: skipped + 1,
      skippedEvents: skipped < MAX_NAMED ? [...skippedEvents, { messageId: id, type, stream, reason }] : skippedEvents,
    }
  }

  #progress(): RebuildProgress {
    const { read, skipped, skippedEvents } = this.#record.state
    return { projection: this.#plan.definition.name, phase: this.#record.phase, read, skipped, skippedEvents }
  }

  #tell(): void {
    this.#options.onProgress?.(this.#progress())
  }
}

/** Whether the same may go well another time, so that it says nothing about the event. */
function isPassing(error: unknown): boolean {
  return isProteanError(error) && error.retryable
}

function stopped({ definition }: RebuildPlan, { id, type, stream }: Message, cause: unknown): InvalidOperationError {
  const reason = describeError(cause).reason.replace(/\.$/, '')
  const text = `The rebuild of ${definition.name} has stopped before message ${id}, a ${type} in ${stream}: ${reason}. Correct the projector and call it again, which goes on from there, or pass onError: 'skip'.`
  return new InvalidOperationError(text, { code: 'REBUILD_STOPPED', cause })
}
