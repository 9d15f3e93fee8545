import type { EngineHealth } from '../../engine/health/engine-health.ts'
import type { Timers } from '../../util/runtime/timers.ts'

/** How a process ended: with a code, or by a signal; with neither when it could not be started at all. */
export interface Ending {
  readonly code: number | undefined
  readonly signal: string | undefined
}

/** A process that runs an engine, as the one that started it sees it. */
export interface WorkerProcess {
  readonly pid: number | undefined
  /** Resolves when it has ended; never rejects. */
  readonly ended: Promise<Ending>
  /** SIGTERM: let what is being handled finish, and end. Repeating it changes nothing. SIGKILL: end at once. */
  kill(signal: 'SIGTERM' | 'SIGKILL'): void
  /** Undefined while it starts, and when no answer comes in time. */
  health(withSubscriptions: boolean): Promise<EngineHealth | undefined>
}

/** Starts the worker of that number, 1 being the first. Throws nothing: what cannot be started has ended. */
export type StartWorker = (number: number) => WorkerProcess

/** Asks a worker to end, and kills it when it has not after `limitMs` milliseconds. Gives its part in the exit code: 0 when all was well. */
export async function endWorker(worker: WorkerProcess, limitMs: number, timers: Timers): Promise<0 | 1> {
  const over = new AbortController()
  worker.kill('SIGTERM')
  const late = timers.sleep(limitMs, over.signal).then(() => undefined)
  const ending = await Promise.race([worker.ended, late])
  over.abort()
  if (ending !== undefined) return exitCodeOf(ending)
  worker.kill('SIGKILL')
  await worker.ended
  return 1
}

/** One that had not yet begun ends by the signal itself. */
function exitCodeOf({ code, signal }: Ending): 0 | 1 {
  return code === 0 || signal === 'SIGTERM' ? 0 : 1
}

export function endingText({ code, signal }: Ending): string {
  if (signal !== undefined) return `was ended by ${signal}`
  return code === undefined ? 'could not be started' : `ended with ${code}`
}
