import type { BrokerBacklog, Delivery, PendingDelivery } from '../../ports/broker.ts'
import type { JsonObject } from '../../util/json.ts'

/** The field that holds a message. */
const FIELD = 'data'

/** An entry of a stream as the server gives it: fields and values in turns, and from a claim how often it has been delivered. */
type Entry = readonly [id: string, fields: readonly string[], deliveries?: number]

export function fieldsOf(payload: JsonObject): readonly string[] {
  return [FIELD, JSON.stringify(payload)]
}

export function deliveriesOf(entries: readonly unknown[]): readonly Delivery[] {
  return (entries as readonly Entry[]).map(([id, fields, deliveries = 1]) => ({ id, payload: payloadOf(fields), deliveries }))
}

/** What the server tells of a group's pending entries: id, consumer, idle milliseconds and deliveries of each. */
export function pendingOf(rows: readonly unknown[]): readonly PendingDelivery[] {
  return (rows as readonly [string, string, number, number][]).map(([id, consumer, idleMs, deliveries]) => ({
    id,
    consumer,
    idleMs,
    deliveries,
  }))
}

/** What the server tells of a group's backlog: how many messages, at most one more than were to be counted, and the fields of the first. */
export function backlogOf(reply: unknown, limit: number): BrokerBacklog {
  const [count, fields] = reply as readonly [number, readonly string[] | null]
  return { count: Math.min(count, limit), isCut: count > limit, oldest: fields === null ? undefined : payloadOf(fields) }
}

/**
 * What somebody else has put into the stream and is no message of ours comes as its fields: one that cannot be read must not keep those behind it
 * from being delivered, and whoever handles it sees what it is.
 */
function payloadOf(fields: readonly string[]): JsonObject {
  const byName = Object.fromEntries(
    Array.from({ length: Math.floor(fields.length / 2) }, (_, at) => [fields[at * 2] ?? '', fields[at * 2 + 1] ?? '']),
  )
  return jsonObject(Object.hasOwn(byName, FIELD) ? byName[FIELD] : undefined) ?? byName
}

function jsonObject(text: string | undefined): JsonObject | undefined {
  if (text === undefined) return undefined
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : undefined
  } catch {
    return undefined
  }
}
