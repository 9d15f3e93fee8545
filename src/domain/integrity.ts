import { isProteanError } from '../errors.ts'
import type { Reading } from '../handlers/message-reader.ts'
import { readMessage } from '../handlers/message-reader.ts'
import { checksumOf } from '../messaging/checksum.ts'
import type { Message } from '../messaging/message.ts'
import type { EventStore } from '../ports/event-store.ts'

/**
 * - `position gap`: the positions of a stream are not 0, 1, 2, …
 * - `duplicate id`: another message has the same id
 * - `unknown type`: no element of the domain has the type
 * - `unreadable`: no event or command can be made of it
 * - `checksum`: the payload is not what it was when the message was made
 */
export type ViolationKind = 'position gap' | 'duplicate id' | 'unknown type' | 'unreadable' | 'checksum'

export interface Violation {
  readonly kind: ViolationKind
  readonly messageId: string
  readonly type: string
  readonly stream: string
  readonly position: number
  readonly detail: string
}

export interface IntegrityReport {
  readonly ok: boolean
  readonly messages: number
  readonly streams: number
  readonly violations: readonly Violation[]
}

const PAGE = 1000

/** One pass over each store. */
export async function verifyStores(
  stores: readonly EventStore[],
  readingOf: (type: string) => Reading | undefined,
): Promise<IntegrityReport> {
  const violations: Violation[] = []
  const ids = new Set<string>()
  let [messages, streams] = [0, 0]
  for (const store of stores) {
    const next = new Map<string, number>()
    for await (const message of everything(store)) {
      messages += 1
      violations.push(...wrongWith(message, next, ids, readingOf))
      ids.add(message.id)
      next.set(message.stream, (message.stored?.position ?? 0) + 1)
    }
    streams += next.size
  }
  return { ok: violations.length === 0, messages, streams, violations }
}

async function* everything(store: EventStore): AsyncIterable<Message> {
  for (let after: string | undefined; ; ) {
    const page = await store.readAll({ after, limit: PAGE })
    yield* page.messages
    after = page.cursor
    if (page.messages.length < PAGE) return
  }
}

function* wrongWith(
  message: Message,
  next: ReadonlyMap<string, number>,
  ids: ReadonlySet<string>,
  readingOf: (type: string) => Reading | undefined,
): Iterable<Violation> {
  const { id, type, stream } = message
  const position = message.stored?.position ?? -1
  const violation = (kind: ViolationKind, detail: string): Violation => ({ kind, messageId: id, type, stream, position, detail })
  const expected = next.get(stream) ?? 0
  if (position !== expected) yield violation('position gap', `position ${expected} was expected`)
  if (ids.has(id)) yield violation('duplicate id', 'another message has this id')
  const { checksum } = message.metadata.envelope
  if (checksum !== undefined && checksum !== checksumOf(message.data))
    yield violation('checksum', `the payload does not have checksum ${checksum}`)
  try {
    readMessage(message, readingOf)
  } catch (error) {
    const isUnknown = isProteanError(error) && error.code === 'MESSAGE_TYPE_UNKNOWN'
    yield violation(isUnknown ? 'unknown type' : 'unreadable', error instanceof Error ? error.message : String(error))
  }
}
