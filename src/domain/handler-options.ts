import type { ElementRef } from '../model/element-ref.ts'

export interface CommandHandlerOptions {
  /** The aggregate whose commands it handles. */
  readonly partOf: ElementRef
  /** Seconds after which a command that was not handled expires. */
  readonly timeout?: number
}

export interface EventHandlerOptions {
  /** The aggregate on whose behalf it reacts. */
  readonly partOf?: ElementRef
  /** Full category (`shop::order`, or `$all`) that `'any'` listens to, when it is not that of `partOf`. */
  readonly streamCategory?: string
}

export interface ProjectorOptions {
  readonly projectorFor: ElementRef
  /** The aggregates whose events it handles, for readers and checks; it gets the events that its functions name. */
  readonly aggregates?: readonly ElementRef[]
}

export interface QueryHandlerOptions {
  /** The projection whose queries it answers. */
  readonly partOf: ElementRef
}

export interface ApplicationServiceOptions {
  readonly partOf: ElementRef
}

export interface DomainServiceOptions {
  /** The aggregates that it works on, two or more. */
  readonly partOf: readonly ElementRef[]
}
