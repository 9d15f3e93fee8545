import type { FailureRecord } from '../handlers/failure-record.ts'
import type { Database } from '../ports/database.ts'
import type { JsonObject } from '../util/json.ts'
import { Book } from './book.ts'
import { CircuitBreaker } from './circuit-breaker.ts'
import { Delivery } from './delivery.ts'
import type { SavedProgress } from './division.ts'
import { partId } from './division.ts'
import { EarlierOrders } from './earlier-orders.ts'
import type { EngineContext } from './engine-context.ts'
import type { Lag } from './known-lag.ts'
import { knownLag } from './known-lag.ts'
import { Lanes } from './lanes.ts'
import { SourceReader } from './source-reader.ts'
import type { SubscriptionPlan } from './subscription-plan.ts'
import { Units } from './units.ts'
import type { DeadLetterCount, Hold, Worker, WorkerPart, WorkerProgress } from './worker.ts'
import { StartOver } from './worker.ts'

/** Milliseconds that cursors may lie behind what is dealt with: what is read again after a crash costs a look at checkpoints, nothing else. */
const SAVE_AFTER_MS = 1000

/**
 * Reads messages and works on their streams: each stream in order, different ones at once up to a limit. A pass reads what there is and hands it to the
 * lanes; handlers go on by themselves and ask for another pass when there is room again.
 */
export class Subscription implements Worker {
  readonly name: string
  readonly part?: WorkerPart
  readonly home: Database
  readonly deadLetters: DeadLetterCount
  readonly #context: EngineContext
  readonly #plan: SubscriptionPlan
  readonly #book: Book
  #session: Session | undefined

  /** `id`: of the subscription, in rows and as a group. `part`: where it can be divided. */
  constructor(context: EngineContext, plan: SubscriptionPlan, id: string, part?: WorkerPart) {
    this.#context = context
    this.#plan = plan
    this.name = part === undefined ? plan.name : partId(plan.name, part.part)
    if (part !== undefined) this.part = part
    this.home = plan.home
    this.#book = new Book(plan.home, id, context.clock)
    this.deadLetters = { alertAt: plan.settings.dlqAlertThreshold, count: () => this.#book.countDead() }
  }

  async start(hold: Hold): Promise<void> {
    const { settings, sources } = this.#plan
    const saved = (hold.saved ?? {}) as SavedProgress
    const breaker = new CircuitBreaker(this.#context.clock, settings)
    const suspects = hold.wasAbandoned ? settings.messagesPerTick : 0
    const lanes = new Lanes({
      context: this.#context,
      plan: this.#plan,
      book: this.#book,
      delivery: new Delivery(this.#context, this.#plan, this.#book, hold.fence()),
      units: new Units(this.#plan, this.#earlier(saved)),
      breaker,
      hold,
      suspects,
    })
    const readers = this.#readersFrom(hold.saved)
    await lanes.wait(await this.#book.open())
    await this.#leaveGroups(hold, saved)
    for (const source of sources) await source.begin?.()
    // Who runs until nothing is left looks again anyway, and has nobody wait for it.
    const stops = this.#context.testMode ? [] : sources.map((source) => source.onArrival(() => hold.wake()))
    this.#session = {
      hold,
      lanes,
      readers,
      stops,
      cursors: JSON.stringify(hold.saved?.cursors ?? {}),
      unsavedSince: undefined,
      saved: 0,
      nextRead: 0,
    }
  }

  async pass(): Promise<number> {
    const session = this.#session
    if (session === undefined || !session.hold.isValid) return 0
    // Somebody else has been at our rows: what is in memory counts no more, what is stored does.
    if (session.lanes.mustRestart) throw new StartOver()
    let progress = session.lanes.begin()
    const now = this.#context.clock.now().getTime()
    if (now >= session.nextRead || this.#context.testMode) {
      for (const reader of session.readers) progress += await reader.read((page) => session.lanes.take(page, reader))
      session.nextRead = now + this.#plan.settings.tickInterval * 1000
    }
    session.lanes.isAwaited = session.readers.some(({ isFull }) => isFull)
    if (progress === 0) session.lanes.clear()
    await this.#saveSometimes(session, now)
    return progress
  }

  async settled(): Promise<void> {
    await this.#session?.lanes.settled()
  }

  get nextDue(): Date | undefined {
    const session = this.#session
    if (session === undefined) return undefined
    const { unsavedSince, nextRead, lanes, readers } = session
    const saving = unsavedSince === undefined ? undefined : unsavedSince + SAVE_AFTER_MS
    const reading = nextRead > this.#context.clock.now().getTime() ? nextRead : undefined
    const due = [lanes.nextDue, saving, reading, ...readers.map(({ source }) => source.nextDue)].filter((time) => time !== undefined)
    return due.length === 0 ? undefined : new Date(Math.min(...due))
  }

  async stop(): Promise<void> {
    const session = this.#session
    this.#session = undefined
    if (session === undefined) return
    session.lanes.abandon()
    await Promise.all(session.stops.map((stop) => stop()))
    await this.#save(session)
  }

  /** The failed messages that wait, or that somebody wants to see handled again or skipped, as they are stored now. */
  async reload(): Promise<void> {
    const session = this.#session
    if (session === undefined) return
    await session.lanes.wait(await this.#book.open())
    session.hold.wake()
  }

  async status(saved: JsonObject | undefined): Promise<WorkerProgress> {
    const units = new Units(this.#plan, undefined)
    const failures = (await this.#book.open()).filter((failure) => units.ofFailure(failure) !== undefined)
    const parked = failures.filter(({ status }) => status === 'retrying')
    const waiting = new Set(parked.map(({ stream }) => stream))
    const lag = await knownLag(() => this.#lag(saved, waiting.size, parked))
    return { ...lag, waitingStreams: waiting.size, deadLetters: await this.deadLetters.count() }
  }

  async #lag(saved: JsonObject | undefined, waiting: number, parked: readonly FailureRecord[]): Promise<Lag> {
    const behind = await Promise.all((this.#session?.readers ?? this.#readersFrom(saved)).map((reader) => reader.backlog()))
    const times = [...behind.map(({ oldest }) => oldest), ...parked.map(({ message }) => message.time)]
    const oldest = Math.min(...times.flatMap((time) => (time === undefined ? [] : [time.getTime()])))
    return {
      lag: behind.reduce((sum, { count }) => sum + count, waiting),
      atLeast: behind.some(({ isCut }) => isCut),
      oldestMs: Number.isFinite(oldest) ? this.#context.clock.now().getTime() - oldest : undefined,
    }
  }

  async #saveSometimes(session: Session, now: number): Promise<void> {
    if (JSON.stringify(cursorsOf(session)) === session.cursors && !session.readers.some(({ owesPassed }) => owesPassed)) return
    session.unsavedSince ??= now
    const passed = session.lanes.handled - session.saved
    if (passed >= this.#plan.settings.positionUpdateInterval || now - session.unsavedSince >= SAVE_AFTER_MS) await this.#save(session)
  }

  async #save(session: Session): Promise<void> {
    await Promise.all(session.readers.map((reader) => reader.tellPassed()))
    const cursors = cursorsOf(session)
    const text = JSON.stringify(cursors)
    if (text !== session.cursors && !(await session.hold.save({ ...session.hold.saved, cursors }))) return
    session.cursors = text
    session.unsavedSince = undefined
    session.saved = session.lanes.handled
  }

  #earlier({ earlier = [] }: SavedProgress): EarlierOrders | undefined {
    const { unitIn } = this.#plan
    return unitIn === undefined || earlier.length === 0 ? undefined : new EarlierOrders(this.#book, earlier.map(unitIn))
  }

  /** Groups of parts that are no more. */
  async #leaveGroups(hold: Hold, { leftGroups, ...saved }: SavedProgress): Promise<void> {
    if (leftGroups === undefined) return
    await this.#plan.removeGroups?.(leftGroups)
    await hold.save(saved as unknown as JsonObject)
  }

  #readersFrom(saved: JsonObject | undefined): readonly SourceReader[] {
    const cursors = (saved?.cursors ?? {}) as Record<string, string>
    return this.#plan.sources.map((source) => new SourceReader(source, cursors[source.key], this.#plan.settings.messagesPerTick))
  }
}

/** What is known while the lease is held. */
interface Session {
  readonly hold: Hold
  readonly lanes: Lanes
  readonly readers: readonly SourceReader[]
  readonly stops: readonly (() => Promise<void> | void)[]
  /** As saved last. */
  cursors: string
  unsavedSince: number | undefined
  /** How many messages had been handled then. */
  saved: number
  /** Epoch milliseconds before which nothing is read. */
  nextRead: number
}

function cursorsOf({ readers }: Session): JsonObject {
  return Object.fromEntries(readers.flatMap(({ source, saved }) => (saved === undefined ? [] : [[source.key, saved]])))
}
