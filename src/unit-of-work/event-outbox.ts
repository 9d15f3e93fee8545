import type { Message } from '../messaging/message.ts'
import { decodeMessage, encodeMessage } from '../messaging/message-codec.ts'
import type { StreamAppend } from '../ports/change-set.ts'
import type { Ordering } from '../ports/database.ts'
import type { ClusterSchema, Row, TableSchema } from '../ports/table.ts'
import type { JsonValue } from '../util/json.ts'

/**
 * Messages on their way to an event store that is not the database's own. They commit with the rows that they belong to, and stay until the event store has
 * them: so they are there if and only if the rows are.
 */
export const EVENT_OUTBOX: TableSchema = {
  name: 'protean_event_outbox',
  element: 'Event outbox',
  primaryKey: 'id',
  columns: [
    { name: 'id', type: 'text', required: true, field: 'id' },
    { name: 'stream', type: 'text', required: true, field: 'stream' },
    { name: 'version', type: 'integer', required: true, field: 'version' },
    { name: 'place', type: 'integer', required: true, field: 'place' },
    { name: 'recorded_at', type: 'timestamp', required: true, field: 'recordedAt' },
    { name: 'message', type: 'json', required: true, field: 'message' },
  ],
  uniques: [],
  indexes: [
    {
      name: 'ix_protean_event_outbox_stream',
      columns: ['stream', 'version'].map((name) => ({ name, descending: false })),
      include: [],
    },
  ],
}

export const EVENT_OUTBOX_CLUSTER: ClusterSchema = { table: EVENT_OUTBOX, children: [] }

/**
 * The order in which messages of one stream were committed. Versions of an aggregate follow each other whichever processes made them, which clocks do not; what
 * has no version, as commands have not, goes by time.
 */
export const IN_ORDER: readonly Ordering[] = ['stream', 'version', 'recorded_at', 'place'].map((column) => ({ column, descending: false }))

/** `place` counts the messages of a unit of work. */
export function outboxRow(message: Message, place: number, now: Date): Row {
  return {
    id: message.id,
    stream: message.stream,
    version: Number.parseInt(message.metadata.domain.sequenceId ?? '0', 10),
    place,
    recorded_at: now,
    message: encodeMessage(message) as unknown as JsonValue,
  }
}

/** The messages in rows that come in order; now with streams among each other as they were committed too, as far as clocks can tell. */
export function messagesIn(rows: readonly Row[]): readonly Message[] {
  const waiting = new Map<unknown, Row[]>(rows.map(({ stream }) => [stream, []]))
  for (const row of [...rows].reverse()) waiting.get(row.stream)?.push(row)
  return [...rows]
    .sort((one, other) => Number(one.recorded_at) - Number(other.recorded_at) || Number(one.place) - Number(other.place))
    .map(({ stream }) => decodeMessage(waiting.get(stream)?.pop()?.message, { validate: false }))
}

/** Messages of one stream that follow each other make one append. */
export function appendsOf(messages: readonly Message[]): readonly StreamAppend[] {
  const appends: (StreamAppend & { readonly messages: Message[] })[] = []
  for (const message of messages) {
    const { stream, category } = message
    const last = appends.at(-1)
    if (last?.stream === stream) last.messages.push(message)
    else appends.push({ stream, category, messages: [message] })
  }
  return appends
}
