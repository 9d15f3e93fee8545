import { DeserializationError, ReactionError, ValidationError } from '../errors.ts'
import type { FailureRecord } from '../handlers/failure-record.ts'
import { describeError, failureId } from '../handlers/failure-record.ts'
import type { FailureDecision, HandlerGroup } from '../handlers/handler-group.ts'
import { readMessage } from '../handlers/message-reader.ts'
import { withQuickRetry } from '../handlers/quick-retry.ts'
import { checksumOf } from '../messaging/checksum.ts'
import type { Message } from '../messaging/message.ts'
import { UniqueViolation } from '../ports/unique-violation.ts'
import { runInFrame } from '../unit-of-work/current.ts'
import { runInUnitOfWork } from '../unit-of-work/run-in-unit-of-work.ts'
import { backoffMs } from './backoff.ts'
import type { Book, Entry } from './book.ts'
import { deliveryKey, wasDelivered } from './earlier-delivery.ts'
import type { EngineContext } from './engine-context.ts'
import type { Lane } from './lane.ts'
import { OUTSIDE } from './outside.ts'
import type { SubscriptionSettings } from './profiles.ts'
import { refuseUnreadable } from './received-message.ts'
import type { SubscriptionPlan } from './subscription-plan.ts'
import { subscriptionSettings } from './subscription-settings.ts'
import type { Work } from './work.ts'
import type { Fence } from './worker.ts'
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
  readonly #fence: Fence
  readonly #policies = new Map<string, SubscriptionSettings>()

  constructor(context: EngineContext, plan: SubscriptionPlan, book: Book, fence: Fence) {
    this.#context = context
    this.#plan = plan
    this.#book = book
    this.#fence = fence
  }

  /** The next message of a stream, for the first time. `isSuspect`: the process that had it before may have died of it, so each attempt is noted first. */
  async first(lane: Lane, message: Message, isSuspect: boolean): Promise<Outcome> {
    const position = message.stored?.position ?? 0
    if (position <= lane.markOf(message.stream).position) return 'skipped'
    if (isSuspect && this.#isWanted(message)) {
      const record = this.#newRecord(message, { code: HANDLING_UNFINISHED, reason: UNFINISHED, stack: undefined }, this.#plan.name)
      const parked = this.#book.parked(lane, { ...record, dueAt: this.#dueAfter(1, this.#plan.settings) })
      if (!(await this.#note(parked))) return 'lost'
      return await this.#attempt(lane, lane.failure as FailureRecord)
    }
    return await this.#handle(lane, message, undefined)
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
    if (failure.attempts > this.#policy(failure.handler).maxRetries) {
      return await this.#giveUp(lane, failure, {
        ...failure,
        reason: failure.reason === UNFINISHED ? UNFINISHED : `${failure.reason} (then: ${UNFINISHED})`,
      })
    }
    const next = this.#book.next(failure, {
      attempts: failure.attempts + 1,
      dueAt: this.#dueAfter(failure.attempts + 1, this.#policy(failure.handler)),
    })
    if (!(await this.#note(this.#book.changed(next, () => lane.retry(next))))) return 'lost'
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
      return (await this.#note(this.#book.changed(dead, () => undefined))) ? 'failed' : 'lost'
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
      return await this.#failed(lane, message, failure, error, work?.handlers[0]?.group)
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

  async #failed(
    lane: Lane,
    message: Message,
    failure: FailureRecord | undefined,
    error: unknown,
    group: HandlerGroup | undefined,
  ): Promise<Outcome> {
    const handler = group?.name ?? failure?.handler ?? this.#plan.name
    const attempts = failure?.attempts ?? 1
    this.#context.report({ handler, message, error, attempt: attempts })
    this.#context.trace({ event: 'handler.failed', worker: this.#plan.name, handler, message, reason: describeError(error).reason })
    const described = describeError(error)
    const record =
      failure === undefined ? this.#newRecord(message, described, handler) : this.#book.next(failure, { ...described, handler })
    const policy = this.#policy(handler)
    const decision = error instanceof DeserializationError ? 'dead-letter' : await this.#ask(group, error, message, attempts)
    if (decision === 'skip') {
      if (!(await this.#note(this.#book.passed(lane, record.stream, record.position)))) return 'lost'
      this.#context.trace({ event: 'message.discarded', worker: this.#plan.name, handler, message, reason: 'onError' })
      return 'failed'
    }
    if (decision === 'dead-letter' || attempts > policy.maxRetries)
      return await this.#giveUp(lane, failure, record, decision === 'dead-letter' || policy.enableDlq)
    const dueAt = decision === 'retry' ? this.#context.clock.now() : this.#dueAfter(attempts, policy)
    return (await this.#note(this.#book.parked(lane, { ...record, status: 'retrying', dueAt }))) ? 'failed' : 'lost'
  }

  /** Writes down a failure, unless the message is another engine's to handle by now. */
  #note(entry: Entry): Promise<boolean> {
    return this.#book.commitUnder(this.#fence, entry)
  }

  async #giveUp(lane: Lane, failure: FailureRecord | undefined, record: FailureRecord, isKept = true): Promise<Outcome> {
    const { handler, message, reason } = record
    const dead: FailureRecord = { ...record, status: 'dead', dueAt: undefined, version: failure === undefined ? 0 : failure.version + 1 }
    const entry = isKept ? this.#book.buried(lane, dead) : this.#book.passed(lane, record.stream, record.position)
    if (!(await this.#note(entry))) return 'lost'
    this.#context.trace({ event: isKept ? 'message.dead' : 'message.discarded', worker: this.#plan.name, handler, message, reason })
    return 'failed'
  }

  /** What the handler wants done. A hook that fails itself decides nothing. */
  async #ask(group: HandlerGroup | undefined, error: unknown, message: Message, attempt: number): Promise<FailureDecision> {
    const hook = group?.onError
    if (group === undefined || hook === undefined) return undefined
    try {
      return await runInFrame(this.#context.inside.runtime.domain, { ...OUTSIDE, message }, () => hook(error, message))
    } catch (failure) {
      this.#context.report({ handler: `${group.name}.onError`, message, error: failure, attempt })
      return undefined
    }
  }

  #newRecord(message: Message, described: Pick<FailureRecord, 'code' | 'reason' | 'stack'>, handler: string): FailureRecord {
    const now = this.#context.clock.now()
    const { subscription } = this.#book
    const position = message.stored?.position ?? 0
    const identity = { id: failureId(subscription, message.id), subscription, handler, message, stream: message.stream, position }
    return { ...identity, ...described, attempts: 1, status: 'retrying', dueAt: undefined, createdAt: now, updatedAt: now, version: 0 }
  }

  #dueAfter(attempts: number, policy: SubscriptionSettings): Date {
    const { clock, random } = this.#context
    return new Date(clock.now().getTime() + backoffMs(policy, attempts, random))
  }

  #policy(handler: string): SubscriptionSettings {
    if (handler === this.#plan.name) return this.#plan.settings
    let policy = this.#policies.get(handler)
    if (policy === undefined) {
      policy = subscriptionSettings(this.#context.inside.settings.server, handler)
      this.#policies.set(handler, policy)
    }
    return policy
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
