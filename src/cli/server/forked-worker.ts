import type { ChildProcess } from 'node:child_process'
import { fork } from 'node:child_process'
import type { EngineHealth } from '../../engine/health/engine-health.ts'
import type { Timers } from '../../util/runtime/timers.ts'
import type { FromWorker, ToWorker } from './supervised.ts'
import { supervisedEnvironment } from './supervised.ts'
import type { Ending, StartWorker, WorkerProcess } from './worker-process.ts'

/** Milliseconds after which a worker that was asked how it is counts as one that does not answer: longer than its own checks take. */
const ANSWER_LIMIT_MS = 3000

/** Starts workers as processes of the same command, on the domain that `given` names, with the output of this process. */
export function forkedWorkers(given: string, timers: Timers): StartWorker {
  return (number) => {
    const child = fork(process.argv[1] as string, ['server', '--domain', given], {
      env: supervisedEnvironment(number),
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    })
    return new ForkedWorker(child, timers)
  }
}

class ForkedWorker implements WorkerProcess {
  readonly ended: Promise<Ending>
  readonly #child: ChildProcess
  readonly #timers: Timers
  readonly #waiting = new Map<number, (health: EngineHealth | undefined) => void>()
  #questions = 0
  #isReady = false

  constructor(child: ChildProcess, timers: Timers) {
    this.#child = child
    this.#timers = timers
    this.ended = new Promise((resolve) => {
      child.on('exit', (code, signal) => resolve({ code: code ?? undefined, signal: signal ?? undefined }))
      child.on('error', () => {
        // Also told when a message cannot be sent to a process that is there.
        if (child.pid === undefined) resolve({ code: undefined, signal: undefined })
      })
    })
    child.on('message', (message) => this.#hear(message as FromWorker))
  }

  get pid(): number | undefined {
    return this.#child.pid
  }

  kill(signal: 'SIGTERM' | 'SIGKILL'): void {
    this.#child.kill(signal)
  }

  async health(withSubscriptions: boolean): Promise<EngineHealth | undefined> {
    if (!this.#isReady || !this.#child.connected) return undefined
    this.#questions += 1
    const question = this.#questions
    const answered = new AbortController()
    const answer = new Promise<EngineHealth | undefined>((resolve) => this.#waiting.set(question, resolve))
    this.#child.send({ question, withSubscriptions } satisfies ToWorker, () => undefined)
    const late = this.#timers.sleep(ANSWER_LIMIT_MS, answered.signal).then(() => undefined)
    try {
      return await Promise.race([answer, late])
    } finally {
      answered.abort()
      this.#waiting.delete(question)
    }
  }

  #hear(message: FromWorker): void {
    if ('ready' in message) this.#isReady = true
    else this.#waiting.get(message.question)?.(message.health)
  }
}
