import type { ChangeSet } from '../ports/change-set.ts'
import { NO_CHANGES } from '../ports/change-set.ts'
import type { Row } from '../ports/table.ts'
import type { JsonObject } from '../util/json.ts'
import type { Clock } from '../util/runtime/clock.ts'
import type { Fence } from './fence.ts'
import type { Hold } from './worker.ts'

/** A write of a worker's row, with what else is to be stored if the row is still that of the holder with this token. */
export interface HoldWrite {
  readonly token: number
  readonly besides: ChangeSet
  change(row: Row): Row
}

/** The lease of one worker in this engine, held or not, and its row as it was seen last. */
export class WorkerHold implements Hold {
  readonly id: string
  row: Row | undefined
  /** Whether this engine wants it: not while it stops. */
  isWanted = true
  /** Whether this engine is to have it, where several share the parts of something. */
  isAllotted = true
  /** Whether a lease can be taken on such a row, or on none. */
  readonly accepts: (row: Row | undefined) => boolean
  wasAbandoned = false
  /** Called after every change that concerns who works, and for every wake-up. */
  onChange: () => void = () => undefined
  /** Whether somebody signalled since this was last set to false. */
  isSignalled = false
  readonly #clock: Clock
  readonly #write: (write: HoldWrite) => Promise<boolean>
  #validUntil: number | undefined

  constructor(id: string, clock: Clock, write: (write: HoldWrite) => Promise<boolean>, accepts: (row: Row | undefined) => boolean) {
    this.accepts = accepts
    this.id = id
    this.#clock = clock
    this.#write = write
  }

  get isHeld(): boolean {
    return this.#validUntil !== undefined
  }

  get isPaused(): boolean {
    return this.row?.state === 'paused'
  }

  get isValid(): boolean {
    return (
      this.#validUntil !== undefined && this.isWanted && this.isAllotted && !this.isPaused && this.#clock.now().getTime() < this.#validUntil
    )
  }

  get token(): number {
    return (this.row?.token as number | undefined) ?? 0
  }

  get saved(): JsonObject | undefined {
    return (this.row?.saved ?? undefined) as JsonObject | undefined
  }

  async save(state: JsonObject): Promise<boolean> {
    return this.isHeld && (await this.#write({ token: this.token, besides: NO_CHANGES, change: (row) => ({ ...row, saved: state }) }))
  }

  fence(): Fence {
    const { token } = this
    return (besides) => this.#write({ token, besides, change: (row) => row })
  }

  wake(): void {
    this.onChange()
  }

  take(row: Row, validUntil: number, wasAbandoned: boolean): void {
    this.row = row
    this.#validUntil = validUntil
    this.wasAbandoned = wasAbandoned
    this.onChange()
  }

  renew(expires: Date, validUntil: number): void {
    if (this.row !== undefined) this.row = { ...this.row, expires_at: expires }
    if (!this.isHeld) return
    const wasValid = this.isValid
    this.#validUntil = validUntil
    if (!wasValid) this.onChange()
  }

  lose(): void {
    this.#validUntil = undefined
    this.onChange()
  }

  /** Ours is stored; somebody may have seen what was stored after it already. */
  written(row: Row): void {
    if (this.row === undefined || (this.row.version as number) < (row.version as number)) this.row = row
  }

  /** What is stored by now, and whether that says that the lease is this engine's. */
  see(row: Row | undefined, isOurs: boolean): void {
    // Read before the row was written last.
    if (row !== undefined && this.row !== undefined && (row.version as number) < (this.row.version as number)) return
    const hasChanged = row?.state !== this.row?.state || row?.signal !== this.row?.signal
    if (this.isHeld && (row?.signal ?? null) !== (this.row?.signal ?? null)) this.isSignalled = true
    this.row = row
    if (this.isHeld && !isOurs) this.#validUntil = undefined
    else if (!hasChanged) return
    this.onChange()
  }
}
