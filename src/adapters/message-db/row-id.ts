import { createHash } from 'node:crypto'

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/
const HASH_BYTES = 16
const VERSION_BYTE = 6
const VARIANT_BYTE = 8

/**
 * The id of a message's row, which has to be a UUID: the message's own id where that is one, else a UUID (version 8) made of its hash, so that a message
 * with any id at all is stored once.
 */
export function rowIdOf(messageId: string): string {
  if (UUID.test(messageId)) return messageId
  const bytes = createHash('sha256').update(messageId).digest().subarray(0, HASH_BYTES)
  bytes.writeUInt8((bytes.readUInt8(VERSION_BYTE) & 0x0f) | 0x80, VERSION_BYTE)
  bytes.writeUInt8((bytes.readUInt8(VARIANT_BYTE) & 0x3f) | 0x80, VARIANT_BYTE)
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
}
