import type { DomainInternals } from '../domain/internals.ts'
import type { Message } from '../messaging/message.ts'
import type { Clock } from '../util/runtime/clock.ts'
import type { Random } from '../util/runtime/random.ts'
import type { Timers } from '../util/runtime/timers.ts'

/** One handling that failed, or a worker that could not do its work (then there is no message). */
export interface EngineFailure {
  /** Name of the handler, or of the worker. */
  readonly handler: string
  readonly message: Message | undefined
  readonly error: unknown
  /** 1 for the first time that the message was handled. */
  readonly attempt: number
}

/** Something that an engine did or noticed, for logs, metrics and tests. */
export interface EngineTrace {
  readonly event:
    | 'handler.completed'
    | 'handler.failed'
    | 'handler.skipped'
    | 'message.dead'
    | 'message.discarded'
    | 'circuit.opened'
    /** One message is tried, and decides. */
    | 'circuit.half_open'
    | 'circuit.closed'
    | 'dead_letters.alert'
    | 'worker.started'
    | 'worker.stopped'
    | 'worker.failed'
    | 'engine.failed'
    | 'engine.recovered'
  /** `engine` where it concerns all of them: leases could not be looked after. */
  readonly worker: string
  readonly handler?: string | undefined
  readonly message?: Message | undefined
  /** Why it was skipped, or died, or what there are too many of. */
  readonly reason?: string | undefined
}

/** What an engine gives everything that works for it. */
export interface EngineContext {
  readonly inside: DomainInternals
  readonly clock: Clock
  readonly timers: Timers
  readonly random: Random
  /** Nothing waits for real time: what is not due now is left for the next engine. */
  readonly testMode: boolean
  report(failure: EngineFailure): void
  trace(trace: EngineTrace): void
}
