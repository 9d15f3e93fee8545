import { DeserializationError, ValidationError } from '../errors.ts'
import type { Message } from '../messaging/message.ts'
import type { ElementDefinition } from '../model/definition.ts'
import { MessageBase } from '../model/record-base.ts'

/** Turns a message that was stored or received into the event or command that it carries; its metadata stays what it was. */
export function readMessage(message: Message, definitionOfType: (type: string) => ElementDefinition | undefined): object {
  const definition = definitionOfType(message.type)
  if (definition === undefined) {
    throw new DeserializationError(
      message.id,
      `its type ${message.type} is not known. Declare the element, or register it with registerExternalEvent().`,
      {
        code: 'MESSAGE_TYPE_UNKNOWN',
      },
    )
  }
  try {
    const element = definition.create(message.data) as MessageBase
    MessageBase.carry(element, message)
    return element
  } catch (error) {
    if (!(error instanceof ValidationError)) throw error
    throw new DeserializationError(message.id, `its data does not fit ${definition.name}: ${error.message}`, {
      code: 'MESSAGE_DATA_INVALID',
      cause: error,
    })
  }
}
