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
  subscription: { readonly id: string; readonly kind: MessageKind; readonly waitMs: number },
): readonly MessageSource[] {
  const { settings, infrastructure, retry } = inside
  const broker = infrastructure.brokers.get(settings.outbox.broker) as Broker
  const { priorityLanes } = settings.server
  const { clock } = retry
  const { id: group, kind, waitMs } = subscription
  const from = (stream: string) =>
    new BrokerSource({
      broker,
      stream,
      group,
      clock,
      waitMs,
      messageOf: (delivery) => receivedMessage(delivery, stream, kind, clock),
      timeOf: timeOfOwn,
    })
  return logs.flatMap((log): readonly MessageSource[] => {
    // Brokers have a stream for each category, and none for all of them.
    if (log.category === '$all') return [log]
    const lanes = priorityLanes.enabled ? [log.category, backfillStream(log.category, priorityLanes)] : [log.category]
    return [...lanes.map(from), new LogAudit(log, clock)]
  })
}

function timeOfOwn(payload: JsonObject): Date | undefined {
  try {
    return decodeMessage(payload, { validate: false }).time
  } catch {
    return undefined
  }
}
