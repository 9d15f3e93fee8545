import type { BoundHandler } from '../handlers/handler-group.ts'
import type { Message } from '../messaging/message.ts'

/** What is to be run for one message, together and in one unit of work. */
export interface Work {
  readonly element: object
  readonly handlers: readonly BoundHandler[]
  /** The message as its handlers know it, where that is not as it is kept in order. */
  readonly as?: Message
}
