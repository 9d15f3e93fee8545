import { turn } from '../util/runtime/turn.ts'
import type { EngineContext } from './engine-context.ts'
import type { Holds } from './holds.ts'
import type { Worker } from './worker.ts'
import { StartOver } from './worker.ts'
import type { WorkerHold } from './worker-hold.ts'

const SHORTEST_PAUSE_MS = 5
const FIRST_PAUSE_MS = 100
/** About a heartbeat: once a server is back, work goes on soon, and until then one attempt costs nothing. */
const LONGEST_PAUSE_MS = 5000
const MAX_RESTARTS = 20
/** Milliseconds for what only saves and gives back. */
const ENDING_MS = 2000

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

  /**
   * Begins nothing more, waits a while for what is under way, and gives the lease back. Gives whether everything came to an end. Ends itself in any case, shortly
   * after the drain time-out at the latest: a driver that never answers keeps nobody.
   */
  async stop(): Promise<boolean> {
    this.#isStopping = true
    this.hold.isWanted = false
    this.wake()
    const until = this.#context.clock.now().getTime() + this.#drainMs
    if (await this.#endsWithin(this.#loop, Math.max(this.#drainMs, ENDING_MS)))
      return await this.#end(until - this.#context.clock.now().getTime())
    this.#isStarted = false
    await this.#stopWorker(false)
    return false
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

  /** Waits so many milliseconds at most for what is under way. */
  async #end(drainMs = this.#drainMs): Promise<boolean> {
    let isDrained = true
    if (this.#isStarted) {
      this.#isStarted = false
      isDrained = await this.#endsWithin(this.worker.settled(), drainMs)
      if (!(await this.#stopWorker(isDrained))) return false
    }
    // What is still under way keeps the lease until it expires: nobody else begins the same before.
    if (!isDrained) return false
    return await this.#endsWithin(
      this.#holds.release(this.hold).catch(() => this.hold.lose()),
      ENDING_MS,
    )
  }

  /** Gives whether it has saved what it has to save. */
  async #stopWorker(isDrained: boolean): Promise<boolean> {
    const { hold, worker } = this
    const failed = (error: unknown) => this.#context.report({ handler: worker.name, message: undefined, error, attempt: 1 })
    const hasStopped = await this.#endsWithin(worker.stop().catch(failed), ENDING_MS)
    const isEnded = isDrained && hasStopped
    this.#context.trace({ event: 'worker.stopped', worker: worker.name, reason: isEnded ? undefined : 'drain_timeout' })
    if (!isEnded) hold.lose()
    return isEnded
  }

  async #endsWithin(work: Promise<unknown> | undefined, ms: number): Promise<boolean> {
    const over = new AbortController()
    let hasEnded = false
    const ended = Promise.resolve(work).then(() => {
      hasEnded = true
      over.abort()
    })
    await Promise.race([ended, this.#context.timers.sleep(ms, over.signal)])
    return hasEnded
  }
}
