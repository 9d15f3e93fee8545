import { DeserializationError, isProteanError } from '../../errors.ts'
import type { Message } from '../../messaging/message.ts'
import type { EntityState, Tracked } from '../../model/entity-state.ts'
import { describeEntity, stateOf } from '../../model/entity-state.ts'
import { applyStored, replay } from '../../model/event-sourcing.ts'
import type { Sourcing } from '../../model/sourcing.ts'
import type { EventStore } from '../../ports/event-store.ts'

/** A point in the life of an aggregate: after the event at a position, or after the last event that was not later than a moment. */
export type Moment = { readonly version: number } | { readonly time: Date }

export interface FoldedStream {
  readonly events: EventStore
  readonly stream: string
  /** The event that a stored message carries. */
  readEvent(message: Message): object
}

/** What was read already, and how much was asked for: with less than that it is all there is. */
export interface FirstPage {
  readonly messages: readonly Message[]
  readonly limit: number
}

const PAGE = 1000

/** Applies the events of a stream that come after the aggregate's version, to the end or to a moment. A page is read while the one before is applied. */
export async function fold(source: FoldedStream, entity: Tracked, first: FirstPage | undefined, moment: Moment | undefined): Promise<void> {
  const { events, stream } = source
  const to = moment !== undefined && 'version' in moment ? moment.version : undefined
  const until = moment !== undefined && 'time' in moment ? moment.time.getTime() : Number.POSITIVE_INFINITY
  const read = (from: number) => events.readStream(stream, { from, to, limit: PAGE })
  const { version } = stateOf(entity)
  let { messages, limit } = first ?? { messages: await read(version + 1), limit: PAGE }
  for (let from = version + 1; messages.length > 0; ) {
    from += messages.length
    const next = messages.length < limit ? undefined : read(from)
    // Should applying fail, nobody waits for it.
    next?.catch(() => undefined)
    const isOver = applyAll(source, entity, messages, until)
    if (isOver || next === undefined) return
    messages = await next
    limit = PAGE
  }
}

/** True when a message is later than the moment. Those that follow are left out too, even if the clock went back. */
function applyAll({ readEvent }: FoldedStream, entity: Tracked, messages: readonly Message[], until: number): boolean {
  let isOver = false
  replay(entity, (root, sourcing) => {
    for (const message of messages) {
      const time = message.time.getTime()
      if (time > until) {
        isOver = true
        return
      }
      const event = readEvent(message)
      applyOne(root, sourcing, message, event)
      sourcing.lastEventId = message.id
      if (time > sourcing.latestTime) sourcing.latestTime = time
    }
  })
  return isOver
}

function applyOne(root: EntityState, sourcing: Sourcing, message: Message, event: object): void {
  const position = message.stored?.position
  if (position !== root.version + 1) {
    throw new DeserializationError(
      message.id,
      `it is at position ${position} of ${message.stream}, where that of position ${root.version + 1} should be. Events are missing: restore the stream.`,
      { code: 'STREAM_GAP' },
    )
  }
  try {
    applyStored(root, sourcing, event)
  } catch (error) {
    if (isProteanError(error) && error.code === 'APPLY_MISSING') throw error
    throw new DeserializationError(
      message.id,
      `applying this ${event.constructor.name}, event ${position} of ${describeEntity(root.entity)}, failed: ${error instanceof Error ? error.message : String(error)} What applies an event must work for all that were ever stored.`,
      { code: 'EVENT_NOT_APPLICABLE', cause: error },
    )
  }
}
