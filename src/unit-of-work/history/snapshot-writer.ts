import { turn } from '../../util/runtime/turn.ts'

/** How many aggregates may wait. One that finds no room is due again with its next event. */
const MAX_WAITING = 1000

/**
 * Takes snapshots in the background, one after the other, so that nobody who saves an aggregate waits for them. A failure becomes a process warning: a
 * missing snapshot costs time, never data.
 */
export class SnapshotWriter {
  readonly #waiting = new Map<string, () => Promise<void>>()
  #running: Promise<void> | undefined

  /** Has a snapshot of a stream taken, soon. False when too many are waiting. */
  schedule(stream: string, take: () => Promise<void>): boolean {
    if (this.#waiting.size >= MAX_WAITING) return false
    this.#waiting.set(stream, take)
    this.#running ??= this.#run()
    return true
  }

  /** Waits until all that is scheduled has been taken, or has failed. */
  async settled(): Promise<void> {
    while (this.#running !== undefined) await this.#running
  }

  async #run(): Promise<void> {
    // What the caller has to do comes first.
    await turn()
    for (const [stream, take] of this.#waiting) {
      this.#waiting.delete(stream)
      try {
        await take()
      } catch (error) {
        process.emitWarning(`The snapshot of ${stream} could not be stored: ${error instanceof Error ? error.message : String(error)}`, {
          type: 'ProteanWarning',
          code: 'SNAPSHOT_FAILED',
        })
      }
    }
    this.#running = undefined
  }
}
