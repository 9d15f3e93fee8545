import type { FailureRecord } from '../handlers/failure-record.ts'
import type { Message } from '../messaging/message.ts'
import { turn } from '../util/runtime/turn.ts'
import type { Book, Checkpointed } from './book.ts'
import { fillGap, nextOfStream, nextOfUnit } from './catch-up.ts'
import type { CircuitBreaker, CircuitState } from './circuit-breaker.ts'
import type { Delivery, Outcome } from './delivery.ts'
import { HANDLING_UNFINISHED, isConflict, mayBeStored } from './delivery.ts'
import type { EngineContext } from './engine-context.ts'
import type { Mark, Waiting } from './lane.ts'
import { Lane } from './lane.ts'
import type { SourcePage } from './message-source.ts'
import { ReadyLanes } from './ready-lanes.ts'
import type { SourceReader } from './source-reader.ts'
import type { SubscriptionPlan } from './subscription-plan.ts'
import type { Units } from './units.ts'
import type { Hold } from './worker.ts'

interface LanesSetup {
  readonly context: EngineContext
  readonly plan: SubscriptionPlan
  readonly book: Book
  readonly delivery: Delivery
  readonly units: Units
  readonly breaker: CircuitBreaker
  readonly hold: Hold
  /** How many messages may have been in the hands of a process that died. */
  readonly suspects: number
}

/** Streams without work that are remembered, so that their checkpoints need not be read again. */
const MAX_IDLE = 5000
const STALL_MS = 1000
const STEPS_PER_TURN = 16
const CIRCUIT_EVENTS = { open: 'circuit.opened', 'half-open': 'circuit.half_open', closed: 'circuit.closed' } as const

/** The streams of one subscription, and who of them is worked on: as many at once as the settings allow, in turns, one message at a time. */
export class Lanes {
  /** Somebody else has written rows of this subscription: start over from what is stored. */
  mustRestart = false
  /** Whether reading waits until there is room. */
  isAwaited = false
  /** How many steps were done, each message for itself. */
  handled = 0
  readonly #setup: LanesSetup
  readonly #lanes = new Map<string, Lane>()
  readonly #ready = new ReadyLanes()
  /** Those that wait for a time, or for work of their own, and not for a message. */
  readonly #waiting = new Set<Lane>()
  readonly #idle: (() => void)[] = []
  #suspects: number
  #nextTurn = STEPS_PER_TURN
  #running = 0
  #isAbandoned = false
  #isAlone = false

  constructor(setup: LanesSetup) {
    this.#setup = setup
    this.#suspects = setup.suspects
  }

  /** Takes note of failures as they are stored: whose stream has to wait, what is to be replayed or skipped. */
  async wait(failures: readonly FailureRecord[]): Promise<void> {
    const known = failures.flatMap((failure) => {
      const unit = this.#setup.units.ofFailure(failure)
      return unit === undefined ? [] : [{ failure, unit, stream: failure.stream }]
    })
    await this.#know(known)
    for (const { failure, unit } of known) {
      const lane = this.#lanes.get(unit) as Lane
      if (failure.status === 'replay') {
        if (lane.replays.every(({ id }) => id !== failure.id)) lane.replays.push(failure)
      } else if (failure.status === 'behind') lane.behind ??= failure
      else if (!lane.isRunning) {
        // Nobody knows here what has come since.
        lane.missed ||= lane.failure === undefined
        lane.failure = failure
      }
      this.#waiting.add(lane)
    }
  }

  /** Hands over messages in the order in which they were read. */
  async take({ messages, places }: SourcePage, { source, watermark }: SourceReader): Promise<void> {
    const read = messages.map((message) => ({ message, unit: this.#setup.units.of(message), stream: message.stream }))
    await this.#know(read)
    const pending = await this.#setup.units.pending(messages)
    for (const [index, { message, unit }] of read.entries()) {
      const lane = unit === undefined ? undefined : this.#lanes.get(unit)
      const isDone = lane === undefined || isPassed(lane, message) || !pending.has(message)
      const place = watermark.add(places === undefined ? message.stored?.cursor : places[index], isDone)
      if (!isDone) lane.add({ message, place, mayMiss: source.mayMiss === true, isLow: this.#isLow(message) })
      if (lane !== undefined) this.#offer(lane)
    }
    this.#pump()
    this.#forget()
  }

  /** Sets in motion what has become due. Gives how many streams that were. */
  begin(): number {
    const before = this.#ready.length
    for (const lane of this.#waiting) this.#offer(lane)
    const begun = this.#ready.length - before
    this.#pump()
    return begun
  }

  /** When a stream, or the whole, may go on (epoch milliseconds). */
  get nextDue(): number | undefined {
    const opens = this.#setup.breaker.opensAgain?.getTime()
    if (opens !== undefined) return this.#ready.length > 0 || this.#waiting.size > 0 ? opens : undefined
    let next: number | undefined
    for (const { dueAt, isRunning, isReady } of this.#waiting)
      if (!isRunning && !isReady && dueAt !== undefined && (next === undefined || dueAt < next)) next = dueAt
    return next
  }

  settled(): Promise<void> {
    if (this.#running === 0) return Promise.resolve()
    return new Promise((resolve) => this.#idle.push(resolve))
  }

  /** Everything that the process before may have had in its hands has been handed over. */
  clear(): void {
    if (this.#running === 0 && this.#ready.length === 0) this.#suspects = 0
  }

  /** Nothing that waits is begun any more. */
  abandon(): void {
    this.#isAbandoned = true
    this.#ready.clear()
  }

  /** Makes the lanes that are not there yet, with the checkpoints that are not known yet, with one read. */
  async #know(places: readonly { readonly unit: string | undefined; readonly stream: string }[]): Promise<void> {
    const unknown = new Map<string, Checkpointed>()
    for (const { unit, stream } of places)
      if (unit !== undefined && this.#lanes.get(unit)?.knows(stream) !== true) unknown.set(`${unit}|${stream}`, { unit, stream })
    const wanted = [...unknown.values()]
    const marks = await this.#setup.book.marks(wanted)
    for (const [index, { unit, stream }] of wanted.entries()) {
      const lane = this.#lanes.get(unit) ?? new Lane(unit)
      this.#lanes.set(unit, lane)
      if (!lane.knows(stream)) lane.mark(stream, marks[index] as Mark)
    }
  }

  #offer(lane: Lane): void {
    if (!lane.isRunning && lane.hasWork(this.#now())) this.#ready.add(lane)
  }

  #pump(): void {
    const { plan, hold, breaker, context } = this.#setup
    while (this.#running < plan.settings.concurrency && this.#ready.length > 0 && hold.isValid && !this.#isAbandoned && !this.mustRestart) {
      if (!context.testMode && !breaker.allows) break
      const lane = this.#ready.first as Lane
      if (this.#running > 0 && (this.#isAlone || this.#isSuspicious(lane))) break
      this.#isAlone = this.#isSuspicious(lane)
      this.#ready.shift()
      lane.isRunning = true
      this.#running += 1
      void this.#work(lane)
    }
    if (this.#running > 0) return
    for (const resolve of this.#idle.splice(0)) resolve()
  }

  /** What a process may have died of runs alone, so that nothing else is taken for it. */
  #isSuspicious({ failure }: Lane): boolean {
    return this.#suspects > 0 || failure?.code === HANDLING_UNFINISHED
  }

  async #work(lane: Lane): Promise<void> {
    const { hold, breaker, context, plan } = this.#setup
    try {
      this.handled += 1
      // A database in this process answers without waiting for anything, and nothing else would have a turn.
      if (this.handled >= this.#nextTurn) {
        this.#nextTurn = this.handled + STEPS_PER_TURN
        await turn()
      }
      await this.#step(lane)
      lane.stalledUntil = undefined
    } catch (error) {
      if (isConflict(error) || mayBeStored(error)) this.mustRestart = true
      breaker.leave()
      // It could not even be written down that it failed. The stream waits; nothing of it is lost, and nothing counts as an attempt.
      lane.stalledUntil = this.#now() + STALL_MS
      context.report({ handler: plan.name, message: lane.first?.message ?? lane.failure?.message, error, attempt: 0 })
    } finally {
      lane.isRunning = false
      this.#running -= 1
      if (lane.isWaiting) this.#waiting.add(lane)
      else this.#waiting.delete(lane)
      this.#offer(lane)
      this.#pump()
      // There is room again, something is due at a time that nobody knew of, or all is done. A pass for every message would be a read for every message.
      if (this.isAwaited || lane.isWaiting || this.mustRestart || this.#running === 0) hold.wake()
    }
  }

  /** The next thing to do for a stream, one message at most. */
  async #step(lane: Lane): Promise<void> {
    const { delivery, breaker, hold, plan, units } = this.#setup
    const replay = lane.replays.shift()
    if (replay !== undefined) return void (await delivery.replay(replay))
    if (lane.failure !== undefined) {
      this.#tell(breaker.begin())
      return this.#note(await delivery.again(lane, lane.failure))
    }
    const { first } = lane
    if (first === undefined) return await this.#catchUp(lane)
    const position = positionOf(first.message)
    if (first.mayMiss === true && position > lane.through + 1) return await fillGap(plan.sources, lane, position, units)
    const isSuspect = this.#suspects > 0
    if (isSuspect) this.#suspects -= 1
    const joint =
      isSuspect || breaker.state !== 'closed' ? undefined : await delivery.together(lane, () => hold.isValid && !this.#isAbandoned)
    for (let count = joint?.count ?? 0; count > 0; count -= 1) this.#dealtWith(lane)
    this.handled += Math.max((joint?.count ?? 0) - 1, 0)
    if (joint !== undefined) this.#note(joint.outcome)
    if (joint !== undefined && joint.failure === undefined) return
    const next = lane.first as Waiting
    this.#tell(breaker.begin())
    const outcome = await (joint?.failure === undefined
      ? delivery.first(lane, next.message, isSuspect)
      : delivery.refused(lane, joint.failure))
    if (lane.first === next && outcome !== 'lost') this.#dealtWith(lane)
    else lane.looked(positionOf(next.message))
    this.#note(outcome)
  }

  #dealtWith(lane: Lane): void {
    if (lane.first !== undefined) lane.looked(positionOf(lane.first.message))
    lane.shift()
  }

  #note(outcome: Outcome): void {
    const { breaker } = this.#setup
    if (outcome === 'lost') this.mustRestart = true
    if (outcome === 'lost' || outcome === 'skipped') breaker.leave()
    if (outcome === 'handled' || outcome === 'failed') this.#tell(breaker.end(outcome === 'handled'))
  }

  #tell(state: CircuitState | undefined): void {
    const { context, plan } = this.#setup
    if (state !== undefined) context.trace({ event: CIRCUIT_EVENTS[state], worker: plan.name })
  }

  /** Reads on in a stream that has waited, until it is where the log is. */
  async #catchUp(lane: Lane): Promise<void> {
    const { plan, book } = this.#setup
    const { behind } = lane
    if (behind === undefined) return
    lane.missed = false
    const { sources, unitOf } = plan
    const messages = unitOf === undefined ? await nextOfStream(sources, lane) : await nextOfUnit(sources, lane, behind.message, unitOf)
    if (messages !== undefined) {
      await this.#know(messages.map(({ stream }) => ({ unit: lane.unit, stream })))
      const pending = await this.#setup.units.pending(messages)
      for (const message of messages)
        if (!isPassed(lane, message) && pending.has(message)) lane.add({ message, place: undefined, isLow: this.#isLow(message) })
      return
    }
    if (lane.missed) return
    // From here on what arrives is queued again; only then the row may go.
    lane.behind = undefined
    await book.commit(book.removed(behind, () => undefined))
  }

  /** Streams that nothing is known to be done for are let go, the longest known first. */
  #forget(): void {
    if (this.#lanes.size <= MAX_IDLE) return
    for (const [stream, lane] of this.#lanes) {
      if (this.#lanes.size <= MAX_IDLE / 2) return
      if (lane.isIdle && !lane.isReady) this.#lanes.delete(stream)
    }
  }

  /** Whether others may go first, where there are lanes for that. */
  #isLow({ metadata }: Message): boolean {
    const { enabled, threshold } = this.#setup.context.inside.settings.server.priorityLanes
    return enabled && metadata.domain.priority < threshold
  }

  #now(): number {
    return this.#setup.context.clock.now().getTime()
  }
}

function isPassed(lane: Lane, message: Message): boolean {
  return positionOf(message) <= lane.markOf(message.stream).position
}

function positionOf({ stored }: Message): number {
  return stored?.position ?? 0
}
