import type { DomainInternals } from '../domain/internals.ts'
import { decodeMessage } from '../messaging/message-codec.ts'
import type { MessageKind } from '../messaging/metadata.ts'
import type { Broker } from '../ports/broker.ts'
import type { JsonObject } from '../util/json.ts'
import { BrokerSource } from './broker-source.ts'
import { LogAudit } from './log-audit.ts'
import type { LogSource, MessageSource } from './message-source.ts'
import { backfillStream } from './publication.ts'
import { receivedMessage } from './received-message.ts'

/** Where a subscription of type `stream` reads what one of type `event_store` would read from these logs. */
export function streamSources(
  inside: DomainInternals,
  logs: readonly LogSource[],
  subscription: { readonly id: string; readonly parts: number; readonly kind: MessageKind; readonly waitMs: number },
): readonly MessageSource[] {
  const { settings, infrastructure, retry } = inside
  const broker = infrastructure.brokers.get(settings.outbox.broker) as Broker
  const { clock } = retry
  const { id: group, parts, kind, waitMs } = subscription
  const from = (stream: string) =>
    new BrokerSource({
      broker,
      stream,
      group,
      clock,
      parts,
      waitMs,
      messageOf: (delivery) => receivedMessage(delivery, stream, kind, clock),
      timeOf: timeOfOwn,
    })
  return logs.flatMap((log): readonly MessageSource[] => {
    // Brokers have a stream for each category, and none for all of them.
    if (log.category === '$all') return [log]
    return [...lanesOf(inside, log).map(from), new LogAudit(log, clock)]
  })
}

/** Has the broker forget groups that read such streams, so that it keeps nothing for them any more. */
export async function removeGroups(inside: DomainInternals, logs: readonly LogSource[], groups: readonly string[]): Promise<void> {
  const broker = inside.infrastructure.brokers.get(inside.settings.outbox.broker) as Broker
  const streams = logs.filter(({ category }) => category !== '$all').flatMap((log) => lanesOf(inside, log))
  for (const stream of streams) for (const group of groups) await broker.removeGroup(stream, group)
}

/** The streams that a category has at the broker. */
function lanesOf({ settings }: DomainInternals, { category }: LogSource): readonly string[] {
  const { priorityLanes } = settings.server
  return priorityLanes.enabled ? [category, backfillStream(category, priorityLanes)] : [category]
}

function timeOfOwn(payload: JsonObject): Date | undefined {
  try {
    return decodeMessage(payload, { validate: false }).time
  } catch {
    return undefined
  }
}
