import { DeserializationError } from '../errors.ts'
import type { FailureRecord } from '../handlers/failure-record.ts'
import { describeError, failureId } from '../handlers/failure-record.ts'
import type { FailureDecision, HandlerGroup } from '../handlers/handler-group.ts'
import type { Message } from '../messaging/message.ts'
import { runInFrame } from '../unit-of-work/current.ts'
import { backoffMs } from './backoff.ts'
import type { Book, Entry } from './book.ts'
import type { EngineContext } from './engine-context.ts'
import type { Fence } from './fence.ts'
import type { Lane } from './lane.ts'
import { OUTSIDE } from './outside.ts'
import type { SubscriptionSettings } from './profiles.ts'
import type { SubscriptionPlan } from './subscription-plan.ts'
import { subscriptionSettings } from './subscription-settings.ts'

/** What becomes of messages that could not be handled: another attempt and when, a dead letter, or nothing, as policies and the handlers' own hooks say. */
export class FailedDeliveries {
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

  /** Writes down a failure. Gives false, with nothing written, when the message is another engine's to handle by now. */
  note(entry: Entry): Promise<boolean> {
    return this.#book.commitUnder(this.#fence, entry)
  }

  /** Writes down that an attempt has failed, unless the message is another engine's by now. `failure`: what was known of the message before; `group`: whose handler it was, where it came to one. */
  async failed(
    lane: Lane,
    message: Message,
    failure: FailureRecord | undefined,
    error: unknown,
    group: HandlerGroup | undefined,
  ): Promise<'failed' | 'lost'> {
    const handler = group?.name ?? failure?.handler ?? this.#plan.name
    const attempts = failure?.attempts ?? 1
    this.#context.report({ handler, message, error, attempt: attempts })
    this.#context.trace({ event: 'handler.failed', worker: this.#plan.name, handler, message, reason: describeError(error).reason })
    const described = describeError(error)
    const record = failure === undefined ? this.newRecord(message, described, handler) : this.#book.next(failure, { ...described, handler })
    const policy = this.policy(handler)
    const decision = error instanceof DeserializationError ? 'dead-letter' : await this.#ask(group, error, message, attempts)
    if (decision === 'skip') {
      if (!(await this.note(this.#book.passed(lane, record.stream, record.position)))) return 'lost'
      this.#context.trace({ event: 'message.discarded', worker: this.#plan.name, handler, message, reason: 'onError' })
      return 'failed'
    }
    if (decision === 'dead-letter' || attempts > policy.maxRetries)
      return await this.giveUp(lane, failure, record, decision === 'dead-letter' || policy.enableDlq)
    const dueAt = decision === 'retry' ? this.#context.clock.now() : this.dueAfter(attempts, policy)
    return (await this.note(this.#book.parked(lane, { ...record, status: 'retrying', dueAt }))) ? 'failed' : 'lost'
  }

  async giveUp(lane: Lane, failure: FailureRecord | undefined, record: FailureRecord, isKept = true): Promise<'failed' | 'lost'> {
    const { handler, message, reason } = record
    const dead: FailureRecord = { ...record, status: 'dead', dueAt: undefined, version: failure === undefined ? 0 : failure.version + 1 }
    const entry = isKept ? this.#book.buried(lane, dead) : this.#book.passed(lane, record.stream, record.position)
    if (!(await this.note(entry))) return 'lost'
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

  newRecord(message: Message, described: Pick<FailureRecord, 'code' | 'reason' | 'stack'>, handler: string): FailureRecord {
    const now = this.#context.clock.now()
    const { subscription } = this.#book
    const position = message.stored?.position ?? 0
    const identity = { id: failureId(subscription, message.id), subscription, handler, message, stream: message.stream, position }
    return { ...identity, ...described, attempts: 1, status: 'retrying', dueAt: undefined, createdAt: now, updatedAt: now, version: 0 }
  }

  dueAfter(attempts: number, policy: SubscriptionSettings): Date {
    const { clock, random } = this.#context
    return new Date(clock.now().getTime() + backoffMs(policy, attempts, random))
  }

  policy(handler: string): SubscriptionSettings {
    if (handler === this.#plan.name) return this.#plan.settings
    let policy = this.#policies.get(handler)
    if (policy === undefined) {
      policy = subscriptionSettings(this.#context.inside.settings.server, handler)
      this.#policies.set(handler, policy)
    }
    return policy
  }
}
