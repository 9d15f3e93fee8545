import { IncorrectUsageError } from '../errors.ts'
import { frameOf } from '../unit-of-work/current.ts'
import type { Runtime } from '../unit-of-work/runtime.ts'

/** What a submitter says about a command that goes into its message. */
interface Given {
  readonly priority?: number
  readonly deadline?: Date
  readonly timeout?: number
}

/** Explicit, else that of the surrounding block, else that of the message being handled. */
export function priorityOf(runtime: Runtime, { priority }: Given): number {
  if (priority !== undefined && !Number.isInteger(priority))
    throw new IncorrectUsageError(`A priority is an integer, such as Priority.HIGH, not ${String(priority)}.`)
  const frame = frameOf(runtime.domain)
  return priority ?? frame?.priority ?? frame?.message?.metadata.domain.priority ?? 0
}

/** Explicit, else that of the message being handled, else the handler's, else what is configured. */
export function deadlineOf(runtime: Runtime, usual: number | undefined, { deadline, timeout }: Given): Date | undefined {
  if (deadline !== undefined && timeout !== undefined) throw new IncorrectUsageError('Give either a deadline or a timeout, not both.')
  if (deadline !== undefined) {
    if (!(deadline instanceof Date) || Number.isNaN(deadline.getTime())) throw new IncorrectUsageError('A deadline is a valid Date.')
    return deadline
  }
  if (timeout !== undefined) return after(runtime, timeout)
  const inherited = frameOf(runtime.domain)?.message?.metadata.headers.deadline
  return inherited ?? (usual === undefined ? undefined : after(runtime, usual))
}

function after(runtime: Runtime, seconds: number): Date {
  if (typeof seconds !== 'number' || !Number.isFinite(seconds))
    throw new IncorrectUsageError(`A timeout is a number of seconds, not ${String(seconds)}.`)
  return new Date(runtime.clock.now().getTime() + seconds * 1000)
}
