import type { Message } from '../messaging/message.ts'
import type { ElementDefinition } from '../model/definition.ts'
import { definitionOf } from '../model/definition.ts'
import type { CommandMessage, ElementStatics, EventMessage, KIND } from '../model/element-class.ts'
import type { Constructor, ElementRef } from '../model/element-ref.ts'
import type { Field, Fields, Props, WithId } from '../model/field-type.ts'
import type { ScheduleOptions, ScheduleTime } from '../model/process-manager-base.ts'
import type { JsonObject } from '../util/json.ts'
import type { FailureHook, HandlerEntry, HandlerFunction, HandlerGroup } from './handler-group.ts'
import type { CommandProcessing } from './process-command.ts'
import { takeStep } from './process-step.ts'

/** One process: where it has got to, and what it may ask for. */
export interface ProcessManager {
  readonly [KIND]: 'processManager'
  readonly _id: string | undefined
  /** -1 until first saved, 0 after that, one more with every event handled. */
  readonly _version: number
  /** Whether the process is over. */
  readonly _ended: boolean
  /** The process is over: later events do not reach it any more. */
  end(): void
  /**
   * Has a command processed, or an event of this process manager handled, at a later time: stored with the commit of the handler that calls it. What was
   * scheduled under the same `key` before is cancelled.
   */
  schedule(message: CommandMessage | EventMessage, time: ScheduleTime, options?: ScheduleOptions): void
  /** Cancels what is scheduled under this key, if anything is. */
  unschedule(key: string): void
  equals(other: unknown): boolean
  toObject(): JsonObject
  toJSON(): JsonObject
}

/** What a process manager's own fields and those of the framework are together. */
export type ProcessFields<F extends Fields> = WithId<F, false> & { readonly _ended: Field<boolean, boolean, 'defaulted', false> }

/** The fields of an event. */
type PayloadNames<E> = E extends EventMessage<infer Payload> ? keyof Payload & string : never

/**
 * How an event finds its process: by a field that both have, by `{ field of the process: 'field of the event' }`, or by a function that gives the identity.
 * An event whose field is absent belongs to no process.
 */
export type Correlation<F extends Fields, E extends EventMessage> =
  | (keyof F & PayloadNames<E>)
  | { readonly [Name in keyof F]?: PayloadNames<E> }
  | ((event: E) => string | undefined)

export interface ReactionOptions<F extends Fields, E extends EventMessage> {
  readonly correlate: Correlation<F, E>
  /** The event begins a process. For one that has begun already it is an event like others. */
  readonly start?: boolean
  /** The process is over when the handler returns. */
  readonly end?: boolean
}

export interface ProcessManagerClass<F extends Fields> extends ElementStatics<F, Props<F> & ProcessManager> {
  /**
   * What the process does about an event. The state that it leaves, the commands that it submits and what it schedules are committed together; when
   * another event of the same process was faster, it runs again on what that has left. Commands are sent, not awaited: see the guide to process managers.
   */
  handle<P extends ProcessManager, PF extends Fields, E extends EventMessage>(
    this: Constructor<P> & { readonly '~fields': PF },
    event: Constructor<E>,
    options: ReactionOptions<PF, E>,
    run: (process: P, event: E, message: Message) => Promise<void> | void,
  ): void
  /** Decides what becomes of an event that failed in the background. */
  onError(hook: FailureHook): void
}

/** One handler of a process manager, as it was declared; `init()` checks it. */
export interface ProcessEntry extends HandlerEntry {
  readonly options: { readonly correlate?: unknown; readonly start?: unknown; readonly end?: unknown }
  /** The user's own function. */
  readonly declared: unknown
}

export type ReactionFunction = (process: object, event: object, message: Message) => unknown

/** Gives the class of a process manager its `handle` and `onError`, which add to the group of its handlers. */
export function declareReactions(
  cls: Constructor,
  group: HandlerGroup,
  required: readonly string[],
  processing: () => CommandProcessing,
): void {
  const definition = definitionOf(cls) as ElementDefinition
  function handle(this: Constructor, event: ElementRef, options: ProcessEntry['options'] | undefined, declared: unknown): void {
    // The user's own class, whose methods a process must have when it is read from storage.
    definition.meet(this)
    const given = options ?? {}
    const step = { definition, required, ...given, handle: declared as ReactionFunction }
    const run: HandlerFunction = (message, carrier) => takeStep(processing(), step as never, message, carrier)
    const entry: ProcessEntry = { target: event, run, options: given, declared }
    group.entries.push(entry)
  }
  const onError = (hook: FailureHook) => {
    group.onError = hook
  }
  Object.defineProperty(cls, 'handle', { value: handle })
  Object.defineProperty(cls, 'onError', { value: onError })
}
