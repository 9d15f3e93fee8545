import type { Message } from '../messaging/message.ts'
import type { Lane } from './lane.ts'
import type { MessageSource } from './message-source.ts'
import type { Units } from './units.ts'

const PAGE = 100

/** Reads what belongs before a message and has not come: it was overtaken, or is lost to the broker. The log has it. */
export async function fillGap(sources: readonly MessageSource[], lane: Lane, position: number, units: Units): Promise<void> {
  const limit = Math.min(position - lane.through - 1, PAGE)
  for (const source of sources) {
    const { messages, through } = await source.readStream(lane.unit, lane.through + 1, limit)
    if (through === undefined) continue
    const pending = await units.pending(messages)
    lane.insert(messages.filter((message) => (message.stored?.position ?? 0) < position && pending.has(message)))
    lane.looked(Math.min(through, position - 1))
    return
  }
  lane.looked(position - 1)
}

/** What comes next in a stream that has waited, which may be none for this subscription; undefined when it is where the log is. */
export async function nextOfStream(sources: readonly MessageSource[], lane: Lane): Promise<readonly Message[] | undefined> {
  const from = Math.max(lane.position, lane.readThrough) + 1
  for (const source of sources) {
    const { messages, through } = await source.readStream(lane.unit, from, PAGE)
    if (through === undefined) continue
    lane.readThrough = through
    lane.looked(through)
    return messages
  }
  return undefined
}

/**
 * The same for what is spread over several streams: the logs are read again from behind the message that it waited for, in their order. In a log that does
 * not hold that message nobody knows where to begin, so all of it is looked at; checkpoints tell what is dealt with.
 */
export async function nextOfUnit(
  sources: readonly MessageSource[],
  lane: Lane,
  waitedFor: Message,
  unitOf: (message: Message) => string | undefined,
): Promise<readonly Message[] | undefined> {
  lane.rereadFrom ??= new Map(await Promise.all(sources.map(async (source) => [source.key, await source.placeOf?.(waitedFor)] as const)))
  for (const source of sources) {
    const { messages, cursor } = await source.read(lane.rereadFrom.get(source.key), PAGE)
    if (messages.length === 0) continue
    lane.rereadFrom.set(source.key, cursor)
    return messages.filter((message) => unitOf(message) === lane.unit)
  }
  return undefined
}
