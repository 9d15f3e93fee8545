import type { Message } from '../messaging/message.ts'
import type { ElementDefinition } from '../model/definition.ts'
import type { ElementRef } from '../model/element-ref.ts'

export type HandlerKind = 'command handler' | 'event handler' | 'query handler' | 'projector'

export type HandlerFunction = (message: object, carrier: Message) => Promise<unknown>

/** What a failing asynchronous handler wants done with the message. */
export type FailureDecision = 'retry' | 'skip' | 'dead-letter' | undefined | void

export type FailureHook = (error: unknown, message: Message) => Promise<FailureDecision>

export interface HandlerEntry {
  /** The message handled; `'any'` for every event of the group's category. */
  readonly target: ElementRef | 'any'
  readonly run: HandlerFunction
}

/** Handler functions declared together under one persistent name. */
export interface HandlerGroup {
  readonly kind: HandlerKind
  readonly name: string
  readonly options: Readonly<Record<string, unknown>>
  readonly entries: HandlerEntry[]
  onError: FailureHook | undefined
}

/** One handler function, bound to the element it handles. */
export interface BoundHandler {
  readonly group: HandlerGroup
  /** Undefined for `'any'`. */
  readonly target: ElementDefinition | undefined
  readonly run: HandlerFunction
}
