import type { Partition } from '../messaging/partition.ts'
import type { Database } from '../ports/database.ts'
import type { JsonObject } from '../util/json.ts'
import type { Divider } from './divider.ts'
import type { Fence } from './fence.ts'

/**
 * Something that an engine keeps doing in the background: a subscription, the relay of an outbox, a scheduler. The engine does for all of them what is
 * the same: it keeps a worker to one process at a time (lease), runs passes when it is woken, when it is due and now and then besides, backs off when a
 * pass throws, and drains it when it stops. A worker only says what one pass does.
 *
 * `start` and `stop` come in turns, several times where the lease goes to and fro; between them passes, never two at once.
 */
export interface Worker {
  /** Unique in the domain, and the same in every process: `OrderDashboardProjector`, `OrderDashboardProjector#1/2`, `outbox:default`. */
  readonly name: string
  /** Where it is one part of a subscription, or all of one: what that is. */
  readonly part?: WorkerPart
  /** The database that keeps this worker's row: who holds it, whether it is paused, what it has saved. */
  readonly home: Database
  /** The lease is held. What this throws is reported, and `start` is tried again after a pause. */
  start(hold: Hold): Promise<void>
  /**
   * Does what there is to do now, or sets it in motion, and gives how much that was. While that is not 0, another pass follows at once. Returns
   * early when `hold.isValid` no longer is. Must wait for nothing but its own input and output.
   */
  pass(): Promise<number>
  /** Something may be there for it that nobody tells of, because another process made it: a pass now and then, with each beat of the engine, finds it. */
  readonly isPolled?: boolean
  /** Resolves when nothing that passes have set in motion is under way any more. */
  settled(): Promise<void>
  /** When the next pass is wanted although nobody calls `hold.wake()`. */
  readonly nextDue: Date | undefined
  /** No pass follows. Nothing is under way any more, unless the lease was lost or the drain took too long. Saves what is to be saved. */
  stop(): Promise<void>
  /** How many messages it has given up; left out where it gives up none. */
  readonly deadLetters?: DeadLetterCount
  /** Somebody has changed rows of this worker from outside: a dead letter is to be replayed. Called between passes. */
  reload(): Promise<void>
  /** Also asked of a worker that another process holds: `saved` is what its row holds. */
  status(saved: JsonObject | undefined): Promise<WorkerProgress>
}

export interface DeadLetterCount {
  /** From how many on an alert is raised, where that is not the usual number. */
  readonly alertAt?: number | undefined
  count(): Promise<number>
}

/** What a worker that can be one of several does of their common work. */
export interface WorkerPart {
  /** Their common name, by which people know them. */
  readonly subscription: string
  readonly part: Partition
  /** The same for all parts. */
  readonly divider: Divider
}

/** The name by which people know a worker: of a part, that of the whole. */
export function commonName({ name, part }: Worker): string {
  return part?.subscription ?? name
}

/** What a worker knows of the lease that it works under. */
export interface Hold {
  /**
   * Grows with every change of the holder. What is written elsewhere under a lease can be fenced by it; rows in the home database are fenced by their
   * versions.
   */
  readonly token: number
  /** False shortly before the lease may expire, and from then on. Nothing new is begun then. */
  readonly isValid: boolean
  /** Whether the one before went without giving the lease back: its process died, or could not reach the database. */
  readonly wasAbandoned: boolean
  /** What was saved last, by whichever process. */
  readonly saved: JsonObject | undefined
  /** Keeps small state (cursors) in the worker's row. Gives false, and stores nothing, when the lease is somebody else's by now. */
  save(state: JsonObject): Promise<boolean>
  /** For what must not be stored once somebody else holds the lease, and has no version of its own to say so. To be made when the worker starts. */
  fence(): Fence
  /** Asks for a pass soon. Cheap; can be called from anywhere, any number of times. */
  wake(): void
}

/** How far a worker is, for people. */
export interface WorkerProgress {
  /** Messages not dealt with yet, `atLeast` where counting ended before they did; undefined while nobody can say. */
  readonly lag: number | undefined
  readonly atLeast: boolean
  /** Age of the oldest message not dealt with, in milliseconds. */
  readonly oldestMs: number | undefined
  /** Streams that wait for a failed message to be tried again. */
  readonly waitingStreams: number
  readonly deadLetters: number
  /** Why lag and age are not known: a broker, or an event store of its own, does not answer. */
  readonly problem?: string
}

/** Thrown by a pass whose worker has to begin anew, from what is stored: it is stopped, the lease is looked at, and it is started again. */
export class StartOver extends Error {}
