import { createHash } from 'node:crypto'
import type { DomainInternals } from '../domain/internals.ts'
import type { HandlerGroup } from '../handlers/handler-group.ts'
import { readMessage } from '../handlers/message-reader.ts'
import type { Message } from '../messaging/message.ts'
import type { ElementDefinition } from '../model/definition.ts'
import { canonicalJson } from '../util/canonical-json.ts'

/** Characters of a key that its checkpoints are found by; of a longer one it is a digest, since databases limit what they index. */
const MAX_KEY = 200

/**
 * `sequentialBy`: events with the same value in this field are kept in order with each other, whatever streams they are in. The value is that of the event as it
 * is today, after upcasting and renaming. An event without a value is kept in order with its stream, and so is what cannot be read: handling it says what is
 * wrong with it. `isWanted`: whether the group wants anything of a category.
 */
export function keyUnits(
  { handlers, registry }: DomainInternals,
  group: HandlerGroup,
  field: string,
  isWanted: (category: string) => boolean,
): (message: Message) => string | undefined {
  return (message) => {
    const { category, stream } = message
    if (!message.metadata.domain.asynchronous || !isWanted(category)) return undefined
    const definition = registry.ofType(message.type)?.definition
    if (definition === undefined) return streamUnit(stream)
    if (handlers.ofEvent(definition, category).every((handler) => handler.group !== group)) return undefined
    try {
      const key = keyOf(
        definition,
        readMessage(message, (type) => registry.ofType(type)),
        field,
      )
      return key === undefined ? streamUnit(stream) : `key ${field}=${key}`
    } catch {
      return streamUnit(stream)
    }
  }
}

/** What is kept in order with its stream where others are not. By another name than the stream: its checkpoints say nothing of those. */
export function streamUnit(stream: string): string {
  return `stream ${stream}`
}

/** The value of a field as a text without separators; undefined where there is none. */
function keyOf(definition: ElementDefinition, event: object, field: string): string | undefined {
  const spec = definition.fields.get(field)
  const value = (event as Record<string, unknown>)[field]
  if (spec === undefined || value === undefined || value === null || value === '') return undefined
  const plain = spec.rule.toPlain(value)
  const text = encodeURIComponent((typeof plain === 'object' ? canonicalJson(plain) : String(plain)).toWellFormed())
  return text.length <= MAX_KEY ? text : `sha256:${createHash('sha256').update(text).digest('hex')}`
}
