import type { Message } from '../messaging/message.ts'
import type { ElementDefinition } from '../model/definition.ts'
import type { ElementRef } from '../model/element-ref.ts'

export type HandlerKind = 'command handler' | 'event handler' | 'query handler' | 'projector' | 'process manager'

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
  /** The process manager that the functions belong to, where they belong to one: its state is kept where that is stored. */
  readonly process?: ElementDefinition | undefined
}

/** One handler function, bound to the element it handles. */
export interface BoundHandler {
  readonly group: HandlerGroup
  /** Undefined for `'any'`. */
  readonly target: ElementDefinition | undefined
  readonly run: HandlerFunction
  /**
   * For a process manager: the identity of the process that an event belongs to, undefined for none. Events of one process are to be handled in the order of
   * the log, whatever streams they are in: one that overtakes the event that starts its process finds none.
   */
  readonly processOf?: ((event: object) => string | undefined) | undefined
}
