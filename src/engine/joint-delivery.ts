import type { HandlerGroup } from '../handlers/handler-group.ts'
import { withQuickRetry } from '../handlers/quick-retry.ts'
import type { Message } from '../messaging/message.ts'
import type { ElementDefinition } from '../model/definition.ts'
import { runInUnitOfWork } from '../unit-of-work/run-in-unit-of-work.ts'
import type { TableMapping } from '../unit-of-work/table-mapping.ts'
import type { Book } from './book.ts'
import type { EngineContext } from './engine-context.ts'
import type { Lane } from './lane.ts'
import { OUTSIDE } from './outside.ts'
import { StagedProjection } from './staged-projection.ts'
import type { SubscriptionPlan } from './subscription-plan.ts'
import type { Work } from './work.ts'

/** The message at which handling several together came to an end. */
export interface JointFailure {
  readonly message: Message
  readonly error: unknown
  readonly group: HandlerGroup | undefined
}

export interface JointResult {
  readonly outcome: 'handled' | 'skipped' | 'lost'
  /** How many messages are dealt with, from the first one on. */
  readonly count: number
  /** The one after them was refused, of which nothing is written down yet. */
  readonly failure: JointFailure | undefined
}

/** In messages. Together with their checkpoint they still fit into a commit that goes out with others'. */
export const MAX_TOGETHER = 50
/** In milliseconds. Nothing of them is stored until all are handled. */
const MAX_DURATION = 100
const FIRST_PAUSE = 4
const LONGEST_PAUSE = 1024

/**
 * Messages of one stream that wait for one projector, handled one after the other and stored together, with one checkpoint: where streams are long, the server
 * is asked once for many. Each has a unit of work of its own, as it has alone, and finds what those before it have left. What one of them does that cannot be
 * kept back (a query, a write to something else) is nothing for here: it is handled alone, and so are messages of its type from then on. Should the database
 * refuse what they have come to, nothing has happened, and they are handled alone as well.
 */
export class JointDelivery {
  readonly #context: EngineContext
  readonly #plan: SubscriptionPlan
  readonly #book: Book
  readonly #projection: ElementDefinition
  readonly #mapping: TableMapping
  readonly #workOf: (message: Message) => Work | undefined
  /** Types of messages that have to be handled alone. */
  readonly #alone = new Set<string>()
  /** How many messages are handled alone before it is tried again, and how many after the next refusal. */
  #left = 0
  #pause = FIRST_PAUSE

  private constructor(
    context: EngineContext,
    plan: SubscriptionPlan,
    book: Book,
    projection: ElementDefinition,
    workOf: (message: Message) => Work | undefined,
  ) {
    this.#context = context
    this.#plan = plan
    this.#book = book
    this.#projection = projection
    this.#mapping = context.inside.runtime.mappingOf(projection)
    this.#workOf = workOf
  }

  /** Undefined where a subscription's effects cannot be stored together. */
  static for(
    context: EngineContext,
    plan: SubscriptionPlan,
    book: Book,
    workOf: (message: Message) => Work | undefined,
  ): JointDelivery | undefined {
    const { projection, home } = plan
    const { runtime } = context.inside
    // What is kept in order by a key is of several streams, each with a checkpoint.
    if (plan.unitOf !== undefined || projection === undefined || !home.capabilities.transactions || runtime.forwarder() !== undefined)
      return undefined
    const { table, children } = runtime.mappingOf(projection)
    // Numbers that the database gives are known only when rows are written.
    if (children.length > 0 || table.columns.some(({ generated }) => generated === true)) return undefined
    return new JointDelivery(context, plan, book, projection, workOf)
  }

  /** Undefined when the first of them has to be handled alone. `mayGoOn` is asked before each but the first. */
  async run(lane: Lane, messages: readonly Message[], mayGoOn: () => boolean): Promise<JointResult | undefined> {
    if (this.#left > 0) this.#left -= 1
    if (messages.length < 2 || this.#left > 0 || this.#alone.has(messages[0]?.type ?? '')) return undefined
    const staged = new StagedProjection(this.#plan.home, this.#mapping.table)
    const handled: { readonly message: Message; readonly work: Work }[] = []
    const until = this.#context.clock.now().getTime() + MAX_DURATION
    let through = lane.markOf(messages[0]?.stream ?? '').position
    let count = 0
    let failure: JointFailure | undefined
    for (const message of messages) {
      if (count > 0 && (this.#alone.has(message.type) || !mayGoOn() || this.#context.clock.now().getTime() > until)) break
      let work: Work | undefined
      try {
        const position = message.stored?.position ?? 0
        // A broker may have delivered it twice, and neither is stored yet.
        work = position <= through ? undefined : this.#workOf(message)
        if (work !== undefined) await this.#handle(work, message, staged)
        through = Math.max(through, position)
      } catch (error) {
        failure = { message, error, group: work?.handlers[0]?.group }
        break
      }
      count += 1
      if (work !== undefined) handled.push({ message, work })
    }
    if (staged.isSpoilt && failure !== undefined) {
      this.#alone.add(failure.message.type)
      failure = undefined
    }
    const outcome = await this.#store(lane, handled, staged)
    if (outcome === undefined || (count === 0 && failure === undefined)) return undefined
    return outcome === 'lost' ? { outcome, count: 0, failure: undefined } : { outcome, count, failure }
  }

  /** As alone, but that what it commits is kept. */
  async #handle({ element, handlers, as }: Work, message: Message, staged: StagedProjection): Promise<void> {
    const { runtime, retry } = this.#context.inside
    const standIn = { definition: this.#projection, mapping: this.#mapping, database: staged, refuse: () => staged.spoil() }
    const body = () =>
      runInUnitOfWork(
        runtime,
        async (unitOfWork) => {
          for (const handler of handlers) await handler.run(element, as ?? message)
          if (staged.isSpoilt || unitOfWork.hasAfterCommit) staged.spoil()
        },
        { ...OUTSIDE, standIn, message: as ?? message },
      )
    await runtime.withStandIn(standIn, () => withQuickRetry(runtime, retry, message.metadata.headers.deadline, body))
  }

  /** Undefined when the database has refused it: nothing is stored then. */
  async #store(
    lane: Lane,
    handled: readonly { readonly message: Message; readonly work: Work }[],
    staged: StagedProjection,
  ): Promise<JointResult['outcome'] | undefined> {
    const last = handled.at(-1)?.message
    if (last === undefined) return 'skipped'
    const { home } = this.#plan
    const { changes } = staged
    const noted = this.#book.passed(lane, last.stream, last.stored?.position ?? 0)
    try {
      await home.commit({
        ...changes,
        inserts: [...changes.inserts, ...noted.inserts],
        updates: [...changes.updates, ...noted.updates],
        deletes: [...changes.deletes, ...noted.deletes],
      })
    } catch {
      // Alone it comes out which of them it was, and why.
      this.#left = this.#pause
      this.#pause = Math.min(this.#pause * 2, LONGEST_PAUSE)
      return (await this.#book.reread(lane, last.stream)) ? 'lost' : undefined
    }
    noted.committed()
    this.#pause = FIRST_PAUSE
    for (const { message, work } of handled) {
      const handler = work.handlers[0]?.group.name ?? this.#plan.name
      this.#context.trace({ event: 'handler.completed', worker: this.#plan.name, handler, message })
    }
    return 'handled'
  }
}
