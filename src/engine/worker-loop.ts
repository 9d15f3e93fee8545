import { turn } from '../util/runtime/turn.ts'
import type { EngineContext } from './engine-context.ts'
import type { Holds } from './holds.ts'
import type { Worker } from './worker.ts'
import { StartOver } from './worker.ts'
import type { WorkerHold } from './worker-hold.ts'

const SHORTEST_PAUSE_MS = 5
const FIRST_PAUSE_MS = 100
const LONGEST_PAUSE_MS = 30_000
const MAX_RESTARTS = 20

/** Keeps one worker running while this engine holds its lease: wakes it, backs off when it fails, and starts and stops it as the lease comes and goes. */
export class WorkerLoop {
  readonly worker: Worker
  readonly hold: WorkerHold
  readonly #context: EngineContext
  readonly #holds: Holds
  readonly #drainMs: number
  #isStarted = false
  #isStopping = false
  #isWoken = false
  #wakeUp: (() => void) | undefined
  #failures = 0
  #loop: Promise<void> | undefined

  constructor(context: EngineContext, worker: Worker, holds: Holds, hold: WorkerHold) {
    this.worker = worker
    this.hold = hold
    this.#context = context
    this.#holds = holds
    this.#drainMs = context.inside.settings.server.drainTimeoutSeconds * 1000
    hold.onChange = () => this.wake()
  }

  /** Works in the background from now on. */
  begin(): void {
    this.#loop = this.#run()
  }

  wake(): void {
    this.#isWoken = true
    this.#wakeUp?.()
  }

  /** One pass with all that it sets in motion, for an engine that runs until nothing is left to do. Throws what the worker throws. */
  async passAndSettle(): Promise<number> {
    for (let restarts = 0; ; restarts += 1) {
      try {
        await this.#follow()
        if (!this.#isStarted) return 0
        const progress = await this.worker.pass()
        await this.worker.settled()
        return progress
      } catch (error) {
        if (!(error instanceof StartOver) || restarts === MAX_RESTARTS) throw error
        await this.#startOver()
      }
    }
  }

  /** Begins nothing more, waits a while for what is under way, and gives the lease back. Gives whether everything came to an end. */
  async stop(): Promise<boolean> {
    this.#isStopping = true
    this.hold.isWanted = false
    this.wake()
    await this.#loop
    return await this.#end()
  }

  async #run(): Promise<void> {
    while (!this.#isStopping) {
      this.#isWoken = false
      try {
        await this.#follow()
        const progress = this.#isStarted ? await this.worker.pass() : 0
        if (this.#isStarted) this.#failures = 0
        if (progress > 0) await turn()
        else await this.#wait()
      } catch (error) {
        await this.#recover(error)
      }
    }
  }

  /** Starts and stops the worker as the lease says. */
  async #follow(): Promise<void> {
    const { hold, worker } = this
    if (this.#isStarted && (!hold.isHeld || hold.isPaused || !hold.isAllotted)) await this.#end()
    if (!this.#isStarted && hold.isValid && !this.#isStopping) {
      await worker.start(hold)
      this.#isStarted = true
      this.#context.trace({ event: 'worker.started', worker: worker.name })
    }
    if (this.#isStarted && hold.isSignalled) {
      hold.isSignalled = false
      await worker.reload()
    }
  }

  async #wait(): Promise<void> {
    const due = this.#isStarted && this.hold.isValid ? this.worker.nextDue : undefined
    if (this.#isWoken) return
    // Never at once: what is due and was not done by the pass before is not done by the next either.
    await this.#sleep(due === undefined ? undefined : Math.max(due.getTime() - this.#context.clock.now().getTime(), SHORTEST_PAUSE_MS))
  }

  /** Until it is woken, or so many milliseconds. */
  #sleep(ms: number | undefined): Promise<void> {
    return new Promise((resolve) => {
      const cancelled = new AbortController()
      const finish = () => {
        this.#wakeUp = undefined
        cancelled.abort()
        resolve()
      }
      this.#wakeUp = finish
      if (ms !== undefined) void this.#context.timers.sleep(ms, cancelled.signal).then(finish)
    })
  }

  async #recover(error: unknown): Promise<void> {
    this.#failures += 1
    if (!(error instanceof StartOver)) {
      this.#context.report({ handler: this.worker.name, message: undefined, error, attempt: this.#failures })
      this.#context.trace({ event: 'worker.failed', worker: this.worker.name, reason: String(error) })
    }
    await this.#startOver().catch(() => undefined)
    const pause = Math.min(FIRST_PAUSE_MS * 2 ** (this.#failures - 1), LONGEST_PAUSE_MS)
    const until = this.#context.clock.now().getTime() + pause
    // What wakes it meanwhile does not shorten the pause: there would be none while messages arrive.
    for (let left = pause; left > 0 && !this.#isStopping; left = until - this.#context.clock.now().getTime()) await this.#sleep(left)
  }

  /** Ends the worker, and looks whether the lease is still held; it is started again from what is stored. */
  async #startOver(): Promise<void> {
    if (this.#isStarted) {
      this.#isStarted = false
      await this.worker.settled()
      await this.worker.stop()
    }
    await this.#holds.beat()
  }

  async #end(): Promise<boolean> {
    const { hold, worker } = this
    let isDrained = true
    if (this.#isStarted) {
      this.#isStarted = false
      isDrained = await this.#drain()
      await worker.stop().catch((error: unknown) => this.#context.report({ handler: worker.name, message: undefined, error, attempt: 1 }))
      this.#context.trace({ event: 'worker.stopped', worker: worker.name, reason: isDrained ? undefined : 'drain_timeout' })
    }
    // What is still under way keeps the lease until it expires: nobody else begins the same before.
    if (isDrained) await this.#holds.release(hold).catch(() => hold.lose())
    else hold.lose()
    return isDrained
  }

  async #drain(): Promise<boolean> {
    const finished = new AbortController()
    let isDrained = false
    const settled = this.worker.settled().then(() => {
      isDrained = true
      finished.abort()
    })
    await Promise.race([settled, this.#context.timers.sleep(this.#drainMs, finished.signal)])
    return isDrained
  }
}
