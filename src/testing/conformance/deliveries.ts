import type { Broker, BrokerRead, Delivery } from '../../ports/broker.ts'
import type { JsonObject } from '../../util/json.ts'
import { times } from './assertions.ts'

/** Payloads numbered from 0. */
export function numbered(count: number, from = 0): JsonObject[] {
  return times(count, (at) => ({ number: from + at }))
}

export function reading(more: Partial<BrokerRead> = {}): BrokerRead {
  return { stream: 'orders', group: 'mailer', consumer: 'one', count: 100, ...more }
}

export function numbersOf(deliveries: readonly Delivery[]): unknown[] {
  return deliveries.map(({ payload }) => payload.number)
}

export function idsOf(deliveries: readonly { readonly id: string }[]): string[] {
  return deliveries.map(({ id }) => id)
}

/** A group that has read so many messages and acknowledged none of them. */
export async function readBy(broker: Broker, count: number, more: Partial<BrokerRead> = {}): Promise<readonly Delivery[]> {
  const read = reading(more)
  await broker.ensureGroup(read.stream, read.group)
  await broker.publish(read.stream, numbered(count))
  return broker.read(read)
}
