import type { Delivery } from '../../ports/broker.ts'
import type { JsonObject } from '../../util/json.ts'

/** Messages that a group keeps for readers who have not come yet. What is older goes: whoever publishes does not wait for anybody. */
const KEPT = 10_000

/** One channel, as this process hears it: what was heard and is not read yet, for each group. */
export class Channel {
  readonly #groups = new Map<string, Delivery[]>()
  readonly #waiting = new Set<AbortController>()

  ensureGroup(name: string): Delivery[] {
    const present = this.#groups.get(name)
    if (present !== undefined) return present
    const group: Delivery[] = []
    this.#groups.set(name, group)
    return group
  }

  removeGroup(name: string): void {
    this.#groups.delete(name)
  }

  /** Takes in what the server sent. What was not published by this adapter comes as its text, under an id that no message has. */
  hear(text: string): void {
    for (const group of this.#groups.values()) {
      // Parsed for each group anew, so that they share no object.
      group.push(deliveryOf(text))
      if (group.length > KEPT) group.shift()
    }
    this.wake()
  }

  take(name: string, count: number): readonly Delivery[] {
    return this.ensureGroup(name).splice(0, Math.max(count, 0))
  }

  /** What a group has not taken yet; nothing of one that is not there. */
  heard(name: string): readonly Delivery[] {
    return this.#groups.get(name) ?? []
  }

  /** Aborted by the next message, or by `wake`. Give it back to `rest` afterwards. */
  attend(): AbortController {
    const woken = new AbortController()
    this.#waiting.add(woken)
    return woken
  }

  rest(woken: AbortController): void {
    this.#waiting.delete(woken)
  }

  wake(): void {
    for (const waiting of this.#waiting) waiting.abort()
  }
}

export function textOf(id: string, payload: JsonObject): string {
  return JSON.stringify({ id, payload })
}

function deliveryOf(text: string): Delivery {
  try {
    const { id, payload } = JSON.parse(text) as { readonly id?: unknown; readonly payload?: unknown }
    if (typeof id === 'string' && typeof payload === 'object' && payload !== null)
      return { id, payload: payload as JsonObject, deliveries: 1 }
  } catch {
    // Not JSON: somebody else's.
  }
  return { id: '', payload: { data: text }, deliveries: 1 }
}
