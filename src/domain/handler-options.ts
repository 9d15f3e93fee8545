import type { ElementRef } from '../model/element-ref.ts'

interface HandlerOptions {
  /** Codes of `domain.check()` findings that are meant to be so. */
  readonly suppressChecks?: readonly string[]
}

export interface CommandHandlerOptions extends HandlerOptions {
  /** The aggregate whose commands it handles. */
  readonly partOf: ElementRef
  /** Seconds after which a command that was not handled expires. */
  readonly timeout?: number
}

export interface EventHandlerOptions extends HandlerOptions {
  /** The aggregate on whose behalf it reacts. */
  readonly partOf?: ElementRef
  /** Full category (`shop::order`, or `$all`) that `'any'` listens to, when it is not that of `partOf`. */
  readonly streamCategory?: string
  /**
   * A field of all its events: events with the same value in it are handled one after the other, in the order of the log, whatever streams they are in. One
   * without a value is kept in order with its stream. For handlers that an engine runs; what is handled at once is in order anyway.
   */
  readonly sequentialBy?: string
}

export interface ProjectorOptions extends HandlerOptions {
  readonly projectorFor: ElementRef
  /** The aggregates whose events it handles, for readers and checks; it gets the events that its functions name. */
  readonly aggregates?: readonly ElementRef[]
  /**
   * A field of all its events: events with the same value in it are handled one after the other, in the order of the log, whatever streams they are in. One
   * without a value is kept in order with its stream. For handlers that an engine runs; what is handled at once is in order anyway.
   */
  readonly sequentialBy?: string
}

export interface QueryHandlerOptions extends HandlerOptions {
  /** The projection whose queries it answers. */
  readonly partOf: ElementRef
}

export interface SubscriberOptions extends HandlerOptions {
  /** The stream that it reads, by the name that it has in the broker. */
  readonly stream: string
  /** Name of the entry in `brokers`; `default` when left out. */
  readonly broker?: string
}

export interface ApplicationServiceOptions extends HandlerOptions {
  /** The aggregate that its use cases are about. */
  readonly partOf: ElementRef
}

export interface DomainServiceOptions extends HandlerOptions {
  /** The aggregates that it works on, two or more. */
  readonly partOf: readonly ElementRef[]
}
