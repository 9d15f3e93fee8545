import type { CloudEvent } from '../messaging/cloud-event.ts'
import { toCloudEvent } from '../messaging/cloud-event.ts'
import type { Message } from '../messaging/message.ts'
import { encodeMessage } from '../messaging/message-codec.ts'
import type { JsonObject } from '../util/json.ts'

/** What a relay takes out of the log, where to, and in which form. */
export interface Publication {
  /** Type strings of what is published; everything where it is left out. */
  readonly types: readonly string[] | undefined
  /** The broker's stream; undefined for what is not published. */
  streamOf(message: Message): string | undefined
  payloadOf(message: Message): JsonObject
}

/** A second lane for what may wait. */
export interface Lanes {
  readonly enabled: boolean
  /** Messages with a lower priority take the second lane. */
  readonly threshold: number
  readonly backfillSuffix: string
}

/**
 * For the domain's own subscriptions: every message, those that were handled at once too, so that a reader sees where one is missing; whole and with its
 * position in its stream, in the stream of its category; what has less priority than the threshold in that category's second lane.
 */
export function internalPublication(lanes: Lanes): Publication {
  return {
    types: undefined,
    streamOf(message) {
      const { priority } = message.metadata.domain
      return lanes.enabled && priority < lanes.threshold ? backfillStream(message.category, lanes) : message.category
    },
    payloadOf: (message) => encodeMessage(message) as unknown as JsonObject,
  }
}

export function backfillStream(category: string, { backfillSuffix }: Pick<Lanes, 'backfillSuffix'>): string {
  return `${category}:${backfillSuffix}`
}

/** For others: the published language and nothing else, as CloudEvents without what only concerns this system, in the stream of the category. */
export function externalPublication(types: readonly string[], source: string): Publication {
  return {
    types,
    streamOf: (message) => message.category,
    payloadOf: (message): CloudEvent => toCloudEvent(message, { source }),
  }
}
