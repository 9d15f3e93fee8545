/**
 * The one way from a stored or received message to the event or command that it carries: its type leads to the element, its payload goes through the
 * upcasters from its version to the current one, then under the names that fields have today, and is then validated as any other input.
 */
import { DeserializationError, ValidationError } from '../errors.ts'
import { Message } from '../messaging/message.ts'
import type { ElementDefinition } from '../model/definition.ts'
import { MessageBase } from '../model/record-base.ts'
import type { JsonObject } from '../util/json.ts'
import { isPlainObject } from '../util/plain.ts'
import { fitPayload } from './fit-payload.ts'
import type { Upcaster } from './upcaster.ts'

/** How messages of one type are read. */
export interface Reading {
  readonly definition: ElementDefinition
  /** From the version in the type to the current one. Undefined when there is no way. */
  readonly upcasters: readonly Upcaster[] | undefined
  /** Whether values that no field has are left out, rather than refused. */
  readonly lenient: boolean
}

/** Extension of a message that was read leniently: paths of the values that were left out. */
const DROPPED = '_dropped_fields'

/**
 * The event or command in a message; its metadata stays what it was. Fails with `DeserializationError`: `MESSAGE_TYPE_UNKNOWN`, `MESSAGE_VERSION_UNKNOWN`,
 * `MESSAGE_UPCAST_FAILED` or `MESSAGE_DATA_INVALID`.
 */
export function readMessage(message: Message, readingOf: (type: string) => Reading | undefined): object {
  const reading = readingOf(message.type)
  if (reading === undefined) {
    const text = 'that type is not known. Declare the element, or register it with registerExternalEvent().'
    throw unreadable(message, text, 'MESSAGE_TYPE_UNKNOWN')
  }
  const { definition, upcasters, lenient } = reading
  if (upcasters === undefined) {
    const text = `there is no way from that version to the one that ${definition.name} has here. Add a domain.upcaster(${definition.name}, …) for it or, when it is newer, deploy what wrote it.`
    throw unreadable(message, text, 'MESSAGE_VERSION_UNKNOWN')
  }
  const { data, dropped } = fitPayload(definition, upcasted(message, upcasters), lenient)
  try {
    const element = definition.create(data) as MessageBase
    MessageBase.carry(element, dropped.length === 0 ? message : withDropped(message, dropped))
    return element
  } catch (error) {
    if (!(error instanceof ValidationError)) throw error
    throw unreadable(message, `its data does not fit: ${error.message}.`, 'MESSAGE_DATA_INVALID', error)
  }
}

function upcasted(message: Message, upcasters: readonly Upcaster[]): JsonObject {
  let { data } = message
  for (const { message: definition, from, to, upcast } of upcasters) {
    const step = `the upcaster of ${definition.name} from ${from} to ${to}`
    let next: unknown
    try {
      next = upcast(data)
    } catch (cause) {
      const text = `${step} failed: ${cause instanceof Error ? cause.message : String(cause)}`
      throw unreadable(message, text, 'MESSAGE_UPCAST_FAILED', cause)
    }
    if (!isPlainObject(next)) throw unreadable(message, `${step} gave no object. It returns the new payload.`, 'MESSAGE_UPCAST_FAILED')
    data = next as JsonObject
  }
  return data
}

function withDropped({ data, metadata, stored }: Message, dropped: readonly string[]): Message {
  return new Message(data, { ...metadata, extensions: { ...metadata.extensions, [DROPPED]: dropped } }, stored)
}

function unreadable({ id, type, stream }: Message, text: string, code: string, cause?: unknown): DeserializationError {
  return new DeserializationError(id, `It is a ${type} in stream ${stream}, and ${text}`, { code, cause })
}
