import type { FailureRecord } from '../handlers/failure-record.ts'
import type { Message } from '../messaging/message.ts'
import type { Place } from './watermark.ts'

export interface Waiting {
  readonly message: Message
  /** Undefined for what was read from the stream itself to catch up: no cursor waits for it. */
  readonly place: Place | undefined
  /** What lies before it in its stream may not have come: see `MessageSource.mayMiss`. */
  readonly mayMiss?: boolean
  /** Others may go first. */
  readonly isLow?: boolean
}

/** A checkpoint: the last position of a stream that is dealt with, -1 for none, and the version of its row, undefined while there is none. */
export interface Mark {
  readonly position: number
  readonly version: number | undefined
}

const NOTHING_DONE: Mark = { position: -1, version: undefined }

/**
 * Where a subscription is with what has to stay in order: a stream, or a process with its events from several streams. What is dealt with, what waits, and why
 * it does. Worked on by one at a time.
 */
export class Lane {
  /** Name of the stream, or of the process. */
  readonly unit: string
  /** The message that the stream waits for. */
  failure: FailureRecord | undefined
  /** Messages arrived that were passed over because the stream waits: it has to be read again. */
  missed = false
  /** The stream is being read again, from `position` on; this row says so to whoever comes after us. */
  behind: FailureRecord | undefined
  /** Last position that reading a stream again has come to. */
  readThrough = -1
  /** Where reading the logs again for a process has come to, by the key of the source. */
  rereadFrom: Map<string, string | undefined> | undefined
  /** Dead letters to handle once more, besides the stream's order. */
  readonly replays: FailureRecord[] = []
  /** Not before this time (epoch milliseconds): the database could not be reached. */
  stalledUntil: number | undefined
  isRunning = false
  isReady = false
  readonly #queue: Waiting[] = []
  #looked = -1
  /** How many of the queue are not low. */
  #urgent = 0
  /** By stream. */
  readonly #marks = new Map<string, Mark>()

  constructor(unit: string) {
    this.unit = unit
  }

  /** Whether the checkpoint of a stream has been read. */
  knows(stream: string): boolean {
    return this.#marks.has(stream)
  }

  markOf(stream: string): Mark {
    return this.#marks.get(stream) ?? NOTHING_DONE
  }

  mark(stream: string, mark: Mark): void {
    this.#marks.set(stream, mark)
  }

  /** Last position dealt with, where the unit is a stream. */
  get position(): number {
    return this.markOf(this.unit).position
  }

  get first(): Waiting | undefined {
    return this.#queue[0]
  }

  /** Those at the head of the queue, before which nothing of their stream can be missing but before the first. */
  firstMessages(limit: number): readonly Message[] {
    const messages: Message[] = []
    for (const { message, mayMiss } of this.#queue) {
      if (messages.length === limit) break
      const before = messages.at(-1)?.stored?.position
      if (mayMiss === true && before !== undefined && message.stored?.position !== before + 1) break
      messages.push(message)
    }
    return messages
  }

  /** Everything in the stream through this position is dealt with, is nothing to us, or is at the head of the queue. */
  get through(): number {
    return Math.max(this.position, this.#looked)
  }

  looked(position: number): void {
    this.#looked = Math.max(this.#looked, position)
  }

  /** Nothing but messages of low priority waits here. */
  get isLow(): boolean {
    return this.#urgent === 0 && this.#queue.length > 0 && !this.isWaiting
  }

  get isIdle(): boolean {
    return !this.isRunning && this.#queue.length === 0 && !this.isWaiting
  }

  /** Whether there is, or will be, something to do although no message arrives. */
  get isWaiting(): boolean {
    return this.failure !== undefined || this.behind !== undefined || this.replays.length > 0 || this.stalledUntil !== undefined
  }

  /** Whether messages that arrive are passed over, because the stream will be read again from where it waits. */
  get isPassedOver(): boolean {
    return this.behind !== undefined || (this.failure !== undefined && !this.isRunning) || this.missed
  }

  add(waiting: Waiting): void {
    if (waiting.place !== undefined && this.isPassedOver) {
      waiting.place.done = true
      this.missed = true
    } else {
      this.#queue.push(waiting)
      if (waiting.isLow !== true) this.#urgent += 1
    }
  }

  /** Messages that belong before everything that waits. */
  insert(messages: readonly Message[]): void {
    this.#queue.unshift(...messages.map((message) => ({ message, place: undefined })))
    this.#urgent += messages.length
  }

  /** The first message is dealt with. */
  shift(): void {
    const [first] = this.#queue.splice(0, 1)
    if (first?.place !== undefined) first.place.done = true
    if (first !== undefined && first.isLow !== true) this.#urgent -= 1
  }

  /** The stream waits for this message: what has gathered behind it is read again later. */
  park(failure: FailureRecord): void {
    const gathered = this.#queue.splice(0)
    this.#urgent = 0
    this.#looked = failure.position
    for (const { message, place } of gathered) {
      if (place !== undefined) place.done = true
      if (message.id !== failure.message.id) this.missed = true
    }
    // Who was reading the stream again does not know what lies further on.
    if (this.behind !== undefined) this.missed = true
    this.behind = undefined
    this.readThrough = -1
    this.rereadFrom = undefined
    this.failure = failure
  }

  /** The message that the stream waits for is about to be handled once more. */
  retry(failure: FailureRecord): void {
    this.failure = failure
  }

  /** Whether there is something to do at this time. */
  hasWork(now: number): boolean {
    if (this.stalledUntil !== undefined && now < this.stalledUntil) return false
    if (this.replays.length > 0 || this.behind !== undefined) return true
    if (this.failure !== undefined) return isDue(this.failure, now)
    return this.#queue.length > 0
  }

  /** When there will be something to do, if nothing arrives (epoch milliseconds). */
  get dueAt(): number | undefined {
    if (this.stalledUntil !== undefined) return this.stalledUntil
    return this.failure?.dueAt?.getTime()
  }
}

function isDue({ status, dueAt }: FailureRecord, now: number): boolean {
  return status === 'skip' || dueAt === undefined || dueAt.getTime() <= now
}
