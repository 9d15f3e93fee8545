import type { Ending, WorkerProcess } from '../../../src/cli/server/worker-process.ts'
import type { EngineHealth } from '../../../src/engine/health/engine-health.ts'
import type { LogFields, Logger } from '../../../src/ports/logger.ts'

/** A process that a test lets die, and that ends when it is asked to, unless it is stubborn. */
class FakeWorker implements WorkerProcess {
  readonly pid: number
  readonly number: number
  readonly ended: Promise<Ending>
  readonly signals: string[] = []
  readonly asked: boolean[] = []
  isStubborn = false
  answer: EngineHealth | undefined = HEALTHY
  #end: (ending: Ending) => void = () => undefined

  constructor(pid: number, number: number) {
    this.pid = pid
    this.number = number
    this.ended = new Promise((resolve) => {
      this.#end = resolve
    })
  }

  kill(signal: 'SIGTERM' | 'SIGKILL'): void {
    this.signals.push(signal)
    if (signal === 'SIGKILL') this.#end({ code: undefined, signal })
    else if (!this.isStubborn) this.#end({ code: 0, signal: undefined })
  }

  die(code: number): void {
    this.#end({ code, signal: undefined })
  }

  async health(withSubscriptions: boolean): Promise<EngineHealth | undefined> {
    this.asked.push(withSubscriptions)
    return this.answer
  }
}

export const HEALTHY: EngineHealth = {
  stopping: false,
  adapters: { providers: { default: 'ok' }, brokers: {}, caches: {}, event_store: { default: 'ok' } },
  failing: [],
  circuits: {},
  subscriptions: { age_seconds: 0, stale: false, rows: [] },
}

/** Starts them, and remembers all that there were. */
export function fakeWorkers() {
  const started: FakeWorker[] = []
  const start = (number: number) => {
    const worker = new FakeWorker(1000 + started.length, number)
    started.push(worker)
    return worker
  }
  return { started, start }
}

/** Remembers what was logged, as level and text. */
export function memoryLogger() {
  const lines: { readonly level: string; readonly text: string; readonly fields: LogFields }[] = []
  const at = (level: string) => (fields: LogFields, text: string) => void lines.push({ level, text, fields })
  const logger: Logger = { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') }
  return { lines, logger }
}
