import type { StoredPosition } from '../../messaging/message.ts'
import { Message } from '../../messaging/message.ts'
import { categoryOf } from '../../messaging/stream-name.ts'
import { parseTypeString } from '../../messaging/type-string.ts'
import type { JsonObject, JsonValue } from '../../util/json.ts'
import { isPlainObject } from '../../util/plain.ts'
import { decodeMessageRow } from '../sql/message-rows.ts'
import type { DriverRow } from '../sql/statement.ts'

/** Whose streams hold commands, by the convention of Message DB's clients: `account:command-17`. */
const COMMANDS = /:command(\+|$)/

/** The message in a row. One that another client of Message DB has written is read too, as a foreign message. */
export function messageOf(row: DriverRow): Message {
  const id = row.id as string
  const place = { position: Number(row.position), cursor: String(row.global_position) }
  const metadata = jsonIn(row.metadata)
  if (isOwn(metadata)) return decodeMessageRow({ id, data: (row.data as string | null) ?? '{}', metadata: row.metadata as string }, place)
  return foreignMessage(row, metadata, place)
}

/** Whether the metadata has the shape that this framework and Python's Protean write. */
function isOwn(metadata: JsonValue): boolean {
  return isPlainObject(metadata) && isPlainObject(metadata.headers) && isPlainObject(metadata.domain)
}

/**
 * What the row says, and for the rest what such a message must be. Its own metadata is in the extensions. A payload that is no object, which no element could
 * be made of, is put into one as `value`.
 */
function foreignMessage({ id, stream_name, type, data, time }: DriverRow, metadata: JsonValue, place: StoredPosition): Message {
  const [stream, name] = [stream_name as string, type as string]
  const category = categoryOf(stream)
  const payload = jsonIn(data)
  return new Message(
    isPlainObject(payload) ? (payload as JsonObject) : payload === null ? {} : { value: payload },
    {
      headers: { id: id as string, time: new Date(`${(time as string).replace(' ', 'T')}Z`), type: name, stream },
      envelope: { specversion: '1.0' },
      domain: {
        kind: COMMANDS.test(category) ? 'COMMAND' : 'EVENT',
        fqn: name,
        streamCategory: category,
        version: parseTypeString(name)?.version ?? 1,
        asynchronous: true,
        priority: 0,
      },
      extensions: isPlainObject(metadata) ? (metadata as JsonObject) : {},
    },
    place,
  )
}

/** The server has checked that it is JSON. */
function jsonIn(text: unknown): JsonValue {
  return text === null || text === undefined ? null : (JSON.parse(text as string) as JsonValue)
}
