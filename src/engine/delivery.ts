import { DeserializationError, isProteanError, ReactionError, ValidationError } from '../errors.ts'
import type { FailureRecord } from '../handlers/failure-record.ts'
import { describeError } from '../handlers/failure-record.ts'
import { readMessage } from '../handlers/message-reader.ts'
import { withQuickRetry } from '../handlers/quick-retry.ts'
import { checksumOf } from '../messaging/checksum.ts'
import type { Message } from '../messaging/message.ts'
import { UniqueViolation } from '../ports/unique-violation.ts'
import { runInUnitOfWork } from '../unit-of-work/run-in-unit-of-work.ts'
import type { Book, Entry } from './book.ts'
import { deliveryKey, wasDelivered } from './earlier-delivery.ts'
import type { EngineContext } from './engine-context.ts'
import { FailedDeliveries } from './failed-deliveries.ts'
import type { Fence } from './fence.ts'
import type { JointFailure, JointResult } from './joint-delivery.ts'
import { JointDelivery, MAX_TOGETHER } from './joint-delivery.ts'
import type { Lane } from './lane.ts'
import { OUTSIDE } from './outside.ts'
import { refuseUnreadable } from './received-message.ts'
import type { SubscriptionPlan } from './subscription-plan.ts'
import type { Work } from './work.ts'
import { isRace } from './worker-row.ts'

/** `lost`: somebody else dealt with it, so that what was done here was given up. */
export type Outcome = 'handled' | 'skipped' | 'failed' | 'lost'

/**
 * Takes one message to one subscription's handlers and writes down what came of it: with the handlers' effects, in one transaction, when it went well;
 * as a failure with its attempts, when it did not. Throws only when that could not be written down: then nothing has happened. Made for one lease.
 */
export class Delivery {
  readonly #context: EngineContext
  readonly #plan: SubscriptionPlan
  readonly #book: Book
  readonly #failures: FailedDeliveries
  readonly #joint: JointDelivery | undefined

  constructor(context: EngineContext, plan: SubscriptionPlan, book: Book, fence: Fence) {
    this.#context = context
    this.#plan = plan
    this.#book = book
    this.#failures = new FailedDeliveries(context, plan, book, fence)
    this.#joint = JointDelivery.for(context, plan, book, (message) => this.#work(message))
  }

  /** The next message of a stream, for the first time. `isSuspect`: the process that had it before may have died of it, so each attempt is noted first. */
  async first(lane: Lane, message: Message, isSuspect: boolean): Promise<Outcome> {
    const position = message.stored?.position ?? 0
    if (position <= lane.markOf(message.stream).position) return 'skipped'
    if (isSuspect && this.#isWanted(message)) {
      const record = this.#failures.newRecord(message, { code: HANDLING_UNFINISHED, reason: UNFINISHED, stack: undefined }, this.#plan.name)
      const parked = this.#book.parked(lane, { ...record, dueAt: this.#failures.dueAfter(1, this.#plan.settings) })
      if (!(await this.#failures.note(parked))) return 'lost'
      return await this.#attempt(lane, lane.failure as FailureRecord)
    }
    return await this.#handle(lane, message, undefined)
  }

  /** The next messages of a stream at once, where that can be, and none of them may have been handled before: see `JointDelivery`. */
  together(lane: Lane, mayGoOn: () => boolean): Promise<JointResult | undefined> | undefined {
    return this.#joint?.run(lane, lane.firstMessages(MAX_TOGETHER), mayGoOn)
  }

  /** The message at which that came to an end, which was its first attempt. */
  async refused(lane: Lane, { message, error, group }: JointFailure): Promise<Outcome> {
    if (await this.#book.reread(lane, message.stream)) return 'lost'
    return await this.#failures.failed(lane, message, undefined, error, group)
  }

  /** The message that a stream waits for, once more. */
  async again(lane: Lane, failure: FailureRecord): Promise<Outcome> {
    const { position } = lane.markOf(failure.stream)
    // Whoever held the lease before has dealt with it after all, and knew nothing of the failure; or it is theirs, and they knew nothing of our success.
    if (failure.position <= position) {
      await this.#book.commit(this.#book.passed(lane, failure.stream, position))
      return 'skipped'
    }
    if (failure.status === 'skip') {
      await this.#book.commit(this.#book.passed(lane, failure.stream, failure.position))
      return 'skipped'
    }
    // An attempt that was begun and never came to an end: the process died of it, or was killed.
    if (failure.attempts > this.#failures.policy(failure.handler).maxRetries) {
      return await this.#failures.giveUp(lane, failure, {
        ...failure,
        reason: failure.reason === UNFINISHED ? UNFINISHED : `${failure.reason} (then: ${UNFINISHED})`,
      })
    }
    const next = this.#book.next(failure, {
      attempts: failure.attempts + 1,
      dueAt: this.#failures.dueAfter(failure.attempts + 1, this.#failures.policy(failure.handler)),
    })
    if (!(await this.#failures.note(this.#book.changed(next, () => lane.retry(next))))) return 'lost'
    return await this.#attempt(lane, next)
  }

  /** A dead letter, once more, besides the order of its stream. */
  async replay(failure: FailureRecord): Promise<Outcome> {
    const { message } = failure
    try {
      const work = (await this.#wasHandled(message)) ? undefined : this.#work(message)
      if (work !== undefined) await this.#run(work, message, () => this.#book.removed(failure, () => undefined))
      else await this.#book.commit(this.#book.removed(failure, () => undefined))
      this.#context.trace({ event: 'handler.completed', worker: this.#plan.name, handler: failure.handler, message })
      return 'handled'
    } catch (error) {
      if (isConflict(error)) return 'lost'
      const attempts = failure.attempts + 1
      this.#context.report({ handler: failure.handler, message, error, attempt: attempts })
      const dead = this.#book.next(failure, { ...describeError(error), attempts, status: 'dead', dueAt: undefined })
      return (await this.#failures.note(this.#book.changed(dead, () => undefined))) ? 'failed' : 'lost'
    }
  }

  async #attempt(lane: Lane, failure: FailureRecord): Promise<Outcome> {
    const { message, position } = failure
    if (!(await this.#wasHandled(message))) return await this.#handle(lane, message, failure)
    await this.#book.commit(this.#book.passed(lane, failure.stream, position))
    return 'handled'
  }

  #wasHandled(message: Message): Promise<boolean> {
    const { inside } = this.#context
    return wasDelivered(inside, deliveryKey(inside, this.#plan.name, message), message)
  }

  async #handle(lane: Lane, message: Message, failure: FailureRecord | undefined): Promise<Outcome> {
    const position = message.stored?.position ?? 0
    const passed = () => this.#book.passed(lane, message.stream, position)
    let work: Work | undefined
    try {
      work = this.#work(message)
      if (work === undefined || this.#isExpired(work, message)) {
        if (failure !== undefined) await this.#book.commit(passed())
        return 'skipped'
      }
      await this.#run(work, message, passed)
      this.#context.trace({ event: 'handler.completed', worker: this.#plan.name, handler: nameOf(work, this.#plan), message })
      return 'handled'
    } catch (error) {
      // Somebody else was here, or it was ourselves, and only the answer to our commit got lost. Whatever the error: who lost the lease unawares must not leave
      // a failure of what the next one has dealt with.
      if (await this.#book.reread(lane, message.stream)) return 'lost'
      return await this.#failures.failed(lane, message, failure, error, work?.handlers[0]?.group)
    }
  }

  /** What is to be run for a message; undefined when it is nothing to this subscription. Throws `DeserializationError` when it cannot be read. */
  #work(message: Message): Work | undefined {
    if (!this.#isWanted(message)) return undefined
    if (this.#plan.workOf !== undefined) return this.#plan.workOf(message)
    refuseUnreadable(message)
    const { registry } = this.#context.inside
    const definition = registry.ofType(message.type)?.definition
    if (definition === undefined && this.#plan.ignores(message)) return undefined
    const handlers = definition === undefined ? [] : this.#plan.route(definition, message)
    if (definition !== undefined && handlers.length === 0) {
      if (this.#plan.kind === 'EVENT') return undefined
      throw new DeserializationError(message.id, `nothing handles ${definition.name}.`, { code: 'COMMAND_UNHANDLED' })
    }
    verify(message)
    return { element: readMessage(message, (type) => registry.ofType(type)), handlers }
  }

  /** What was handled before its process went on, or is of the other kind, is not. */
  #isWanted({ kind, metadata }: Message): boolean {
    return kind === this.#plan.kind && metadata.domain.asynchronous
  }

  #isExpired(work: Work, message: Message): boolean {
    const { deadline } = message.metadata.headers
    if (message.kind !== 'COMMAND' || deadline === undefined || this.#context.clock.now() <= deadline) return false
    const reason = 'deadline_exceeded'
    this.#context.trace({ event: 'handler.skipped', worker: this.#plan.name, handler: nameOf(work, this.#plan), message, reason })
    return true
  }

  /**
   * All functions of the handler in one unit of work, with what is to be noted. Where the effects are not in the home database, that is written after them:
   * those may then happen twice, should the process die in between.
   */
  async #run({ element, handlers, as }: Work, message: Message, noting: () => Entry): Promise<void> {
    const { runtime, retry } = this.#context.inside
    const { home } = this.#book
    const seen = as ?? message
    let noted: Entry | undefined
    const body = () =>
      runInUnitOfWork(
        runtime,
        async (unitOfWork) => {
          noted = undefined
          for (const handler of handlers) await handler.run(element, seen)
          if (unitOfWork.hasAfterCommit || (unitOfWork.database ?? home) !== home) return
          noted = noting()
          this.#book.write(noted, unitOfWork)
        },
        { ...OUTSIDE, message: seen, delivery: deliveryKey(this.#context.inside, this.#plan.name, message) },
      )
    try {
      await withQuickRetry(runtime, retry, message.metadata.headers.deadline, body)
    } catch (error) {
      if (!(error instanceof ReactionError) || isOfCache(error)) throw error
      // The command is committed; what reacts to its events at once has failed, and is not repeated by handling the command again.
      this.#context.report({ handler: error.failures[0]?.handler ?? this.#plan.name, message, error, attempt: 1 })
    }
    if (noted === undefined) await this.#book.commit(noting())
    else noted.committed()
  }
}

/** Code of a failure that nobody lived to write down. */
export const HANDLING_UNFINISHED = 'HANDLING_UNFINISHED'
const UNFINISHED = 'The process ended while the message was being handled.'

function nameOf({ handlers }: Work, plan: SubscriptionPlan): string {
  return handlers[0]?.group.name ?? plan.name
}

/** Somebody else wrote a row that we have read: possibly one of our own book, because the lease is theirs by now. */
export function isConflict(error: unknown): boolean {
  return isRace(error) || (error instanceof ValidationError && error.cause instanceof UniqueViolation)
}

/** The answer to a write may have got lost, and not the write: what is in memory may be behind what is stored. */
export function mayBeStored(error: unknown): boolean {
  return isProteanError(error) && error.retryable
}

/** Whether it was a write to a cache that failed, which is an effect of the handler itself. */
function isOfCache({ failures }: ReactionError): boolean {
  return failures.some(({ messageType }) => messageType === undefined)
}

/** Refuses a message whose payload was changed after it was written. */
export function verify({ id, data, metadata }: Message): void {
  const { checksum } = metadata.envelope
  if (checksum === undefined || checksumOf(data) === checksum) return
  throw new DeserializationError(id, 'its payload is not the one that was written.', { code: 'MESSAGE_CHECKSUM_MISMATCH' })
}
