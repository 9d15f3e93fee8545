import { IncorrectUsageError } from '../errors.ts'
import { atomically, recordChange } from './atomic.ts'
import { EntityBase } from './entity-base.ts'
import type { Tracked } from './entity-state.ts'
import { describeEntity } from './entity-state.ts'
import { FieldSpec } from './field-spec.ts'
import { booleanRule } from './fields/time-rules.ts'
import { markGenerated } from './prepare-class.ts'

/** The field that says whether a process is over; stored, and to be queried, like any other. */
export const ENDED = '_ended'

/** When something scheduled is due: at an instant, or so many seconds from now. */
export type ScheduleTime = { readonly at: Date; readonly afterSeconds?: never } | { readonly afterSeconds: number; readonly at?: never }

export interface ScheduleOptions {
  /** Name for it: what was scheduled under the same name before is cancelled, and `unschedule` finds it. */
  readonly key?: string
}

/** Something that a process wants done later, or not done after all. */
export type ScheduleOrder =
  | { readonly key: string | undefined; readonly message: object; readonly time: ScheduleTime }
  | { readonly key: string; readonly message: undefined }

/** What process managers have in common: an entity with an end, that can ask for messages to be sent later. */
export abstract class ProcessManagerBase extends EntityBase {
  /** Undefined while none of its handlers runs: there is no transaction then that orders could be part of. */
  #orders: readonly ScheduleOrder[] | undefined = undefined

  /** The process is over: later events do not reach it any more. */
  end(): void {
    ;(this as unknown as Record<typeof ENDED, boolean>)[ENDED] = true
  }

  /** Has a command processed, or an event of this process manager handled, later. Takes effect with the commit of the handler that calls it. */
  schedule(message: object, time: ScheduleTime, { key }: ScheduleOptions = {}): void {
    this.#order({ key, message, time })
  }

  /** Cancels what is scheduled under this key, if anything is. */
  unschedule(key: string): void {
    this.#order({ key, message: undefined })
  }

  #order(order: ScheduleOrder): void {
    const before = this.#orders
    if (before === undefined) {
      throw new IncorrectUsageError(`${describeEntity(this)} schedules something outside of its handlers. Do it in one of them.`, {
        code: 'SCHEDULE_OUTSIDE_HANDLER',
      })
    }
    atomically(this, () => {
      recordChange(this as Tracked, () => {
        this.#orders = before
      })
      this.#orders = [...before, order]
    }, [])
  }

  /** Lets a process schedule; the function gives what it has, and ends that. */
  static takeOrders(process: ProcessManagerBase): () => readonly ScheduleOrder[] {
    process.#orders = []
    return () => {
      const orders = process.#orders ?? []
      process.#orders = undefined
      return orders
    }
  }
}

markGenerated(ProcessManagerBase as never)

/**
 * What a process starts with is its identity and nothing else, so that other fields can only be required at the end of a step: they are stored as optional
 * ones, and the step looks whether they are there.
 */
export function processFields(fields: ReadonlyMap<string, FieldSpec>): Map<string, FieldSpec> {
  const lenient = [...fields].map(([name, spec]) => {
    const { settings } = spec
    const isNeeded = settings.required === true && settings.identifier !== true
    return [name, isNeeded ? new FieldSpec(spec.kind, { ...settings, required: false }, spec.rule) : spec] as const
  })
  const ended = new FieldSpec('boolean', { default: false, column: ENDED }, booleanRule)
  return new Map([...lenient, [ENDED, ended]])
}
