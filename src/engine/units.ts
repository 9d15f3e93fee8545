import type { FailureRecord } from '../handlers/failure-record.ts'
import type { Message } from '../messaging/message.ts'
import { partOfUnit } from './division.ts'
import type { EarlierOrders } from './earlier-orders.ts'
import { streamUnit } from './key-units.ts'
import type { SubscriptionPlan } from './subscription-plan.ts'

/** What the messages of a subscription, or of one part of it, are kept in order with. */
export class Units {
  readonly #plan: SubscriptionPlan
  readonly #earlier: EarlierOrders | undefined

  /** `earlier`: where it was something else before. */
  constructor(plan: SubscriptionPlan, earlier: EarlierOrders | undefined) {
    this.#plan = plan
    this.#earlier = earlier
  }

  /** Undefined when the message is nothing to this subscription, or to this part of it. */
  of(message: Message): string | undefined {
    const { unitOf } = this.#plan
    const unit = unitOf === undefined ? message.stream : unitOf(message)
    return unit !== undefined && this.#isOwn(unit, message.stream) ? unit : undefined
  }

  /** Of a message that waits, also when it is nothing to the subscription any more; undefined when another part is to see to it. */
  ofFailure({ message, stream }: FailureRecord): string | undefined {
    const { unitOf } = this.#plan
    const unit = unitOf === undefined ? stream : (unitOf(message) ?? streamUnit(stream))
    return this.#isOwn(unit, stream) ? unit : undefined
  }

  /** Those that were not dealt with in an order of before. */
  async pending(messages: readonly Message[]): Promise<ReadonlySet<Message>> {
    return (await this.#earlier?.pending(messages)) ?? new Set(messages)
  }

  #isOwn(unit: string, stream: string): boolean {
    const { part } = this.#plan
    return part === undefined || partOfUnit(unit, stream, part.count) === part.index
  }
}
