import type { BrokerBacklog, Delivery, PendingDelivery } from '../../ports/broker.ts'
import type { JsonObject } from '../../util/json.ts'
import { frozenJson } from './frozen-json.ts'

interface Pending {
  readonly consumer: string
  readonly deliveredAt: number
  readonly deliveries: number
}

interface Group {
  /** Number of the next message that no consumer has had. */
  next: number
  /** By message number, in the order of the stream: first deliveries are, and claiming keeps the place. */
  readonly pending: Map<number, Pending>
}

/** One stream with its groups. Messages are numbered from 1, and known by that number behind what tells this broker from one before it; times are epoch milliseconds. */
export class BrokerStream {
  readonly #prefix: string
  readonly #payloads: JsonObject[] = []
  readonly #groups = new Map<string, Group>()
  /** Number of the oldest message that is still there. */
  #first = 1

  constructor(epoch: number) {
    this.#prefix = `${epoch}-`
  }

  get length(): number {
    return this.#payloads.length
  }

  publish(payload: JsonObject): string {
    this.#payloads.push(frozenJson(payload))
    return this.#idOf(this.#end - 1)
  }

  ensureGroup(name: string): Group {
    const present = this.#groups.get(name)
    if (present !== undefined) return present
    const group: Group = { next: this.#first, pending: new Map() }
    this.#groups.set(name, group)
    return group
  }

  removeGroup(name: string): void {
    this.#groups.delete(name)
  }

  take(groupName: string, consumer: string, count: number, now: number): Delivery[] {
    const group = this.ensureGroup(groupName)
    const taken: Delivery[] = []
    for (; taken.length < count && group.next < this.#end; group.next += 1) taken.push(this.#deliver(group, group.next, consumer, now))
    return taken
  }

  claim(groupName: string, consumer: string, count: number, idleSince: number, now: number): Delivery[] {
    const group = this.#groups.get(groupName)
    if (group === undefined) return []
    const idle = [...group.pending].filter(([, pending]) => pending.deliveredAt <= idleSince).slice(0, Math.max(count, 0))
    return idle.map(([number]) => this.#deliver(group, number, consumer, now))
  }

  acknowledge(groupName: string, ids: readonly string[]): number {
    const pending = this.#groups.get(groupName)?.pending
    return ids.filter((id) => id.startsWith(this.#prefix) && pending?.delete(Number(id.slice(this.#prefix.length))) === true).length
  }

  pending(groupName: string, limit: number, now: number): PendingDelivery[] {
    const pending = [...(this.#groups.get(groupName)?.pending ?? [])].slice(0, Math.max(limit, 0))
    return pending.map(([number, { consumer, deliveredAt, deliveries }]) => ({
      id: this.#idOf(number),
      consumer,
      idleMs: now - deliveredAt,
      deliveries,
    }))
  }

  backlog(groupName: string, limit: number): BrokerBacklog {
    const group = this.#groups.get(groupName) ?? { next: this.#first, pending: new Map<number, Pending>() }
    const all = group.pending.size + this.#end - group.next
    const count = Math.min(all, Math.max(limit, 0))
    const [oldest = group.next] = group.pending.keys()
    return { count, isCut: all > count, oldest: this.#payloads[oldest - this.#first] }
  }

  trim(maxLength: number): number {
    const groups = [...this.#groups.values()]
    let dropped = 0
    const isDone = (number: number) => groups.every((group) => number < group.next && !group.pending.has(number))
    while (this.length - dropped > maxLength && isDone(this.#first + dropped)) dropped += 1
    this.#payloads.splice(0, dropped)
    this.#first += dropped
    return dropped
  }

  /** Number that the next message will have. */
  get #end(): number {
    return this.#first + this.#payloads.length
  }

  #idOf(number: number): string {
    return `${this.#prefix}${number}`
  }

  #deliver(group: Group, number: number, consumer: string, now: number): Delivery {
    const deliveries = (group.pending.get(number)?.deliveries ?? 0) + 1
    group.pending.set(number, { consumer, deliveredAt: now, deliveries })
    return { id: this.#idOf(number), payload: this.#payloads[number - this.#first] ?? {}, deliveries }
  }
}
