import type { Domain } from '../domain/domain.ts'
import type { ProteanError } from '../errors.ts'
import { IncorrectUsageError } from '../errors.ts'
import { categoryOf, messageOf } from '../handlers/message-factory.ts'
import type { ProcessOptions } from '../handlers/process-command.ts'
import type { Message } from '../messaging/message.ts'
import { idOf } from '../messaging/stream-name.ts'
import type { ElementDefinition } from '../model/definition.ts'
import type { Aggregate, CommandMessage } from '../model/element-class.ts'
import type { Constructor } from '../model/element-ref.ts'
import { domainOf, scopeOf } from './element-domain.ts'
import { EventLog } from './event-log.ts'
import type { WithMembersOf } from './forward-members.ts'
import { forwardMembers } from './forward-members.ts'
import type { Given } from './given-history.ts'
import { checkHistory, establish } from './given-history.ts'
import { identityIn } from './identity-in.ts'
import { isRejection, textsOf } from './rejections.ts'
import { logOf, ownEvents } from './stored-events.ts'

/** A command is processed at once, whatever is configured. */
export type ScenarioOptions = Omit<ProcessOptions, 'asynchronous'>

/** What came of a command, with the aggregate's own members to be read: `order.accepted`, `order.status`. */
export type AggregateResult<T extends Aggregate> = WithMembersOf<AggregateScenario<T>, T>

/** A result on its way; the next command can be added without waiting for it. */
export interface PendingResult<T extends Aggregate> extends Promise<AggregateResult<T>> {
  process<Result>(command: CommandMessage<Result>, options?: ScenarioOptions): PendingResult<T>
}

type Outcome = { readonly result: unknown } | { readonly rejection: ProteanError }

/** Commands processed against an aggregate with a history. Each command replaces what the properties say; `allEvents` grows. */
export class AggregateScenario<T extends Aggregate> {
  readonly #definition: ElementDefinition
  readonly #domain: Domain
  readonly #result: AggregateResult<T>
  #history: readonly Given<T>[]
  #instances: readonly T[] = []
  #outcome: Outcome | undefined
  #events = new EventLog()
  #allEvents = new EventLog()
  #id: string | undefined
  #aggregate: T | undefined

  /** `given(Order, …)` makes one. */
  private constructor(definition: ElementDefinition, history: readonly Given<T>[]) {
    checkHistory(definition, history)
    this.#definition = definition
    this.#domain = domainOf(definition)
    this.#history = history
    this.#result = forwardMembers<AggregateScenario<T>, T>(this, {
      cls: definition.cls,
      current: () => this.#aggregate,
      missing: (member) => this.#missing(member),
    })
  }

  static of<T extends Aggregate>(definition: ElementDefinition, history: readonly Given<T>[]): AggregateResult<T> {
    return new AggregateScenario<T>(definition, history).#result
  }

  /** Whether the last command was carried out. */
  get accepted(): boolean {
    return this.#outcome !== undefined && 'result' in this.#outcome
  }

  /** Whether the domain refused the last command. */
  get rejected(): boolean {
    return this.#outcome !== undefined && 'rejection' in this.#outcome
  }

  /** The error with which it did. */
  get rejection(): ProteanError | undefined {
    return this.#outcome !== undefined && 'rejection' in this.#outcome ? this.#outcome.rejection : undefined
  }

  /** The text of each rule that was broken. */
  get rejectionMessages(): readonly string[] {
    return this.rejection === undefined ? [] : textsOf(this.rejection)
  }

  /** What the handler of the last command returned. */
  get result(): unknown {
    return this.#outcome !== undefined && 'result' in this.#outcome ? this.#outcome.result : undefined
  }

  /** What the last command led to directly; not the events of handlers that reacted, nor what was given. */
  get events(): EventLog {
    return this.#events
  }

  /** The same of all commands so far. */
  get allEvents(): EventLog {
    return this.#allEvents
  }

  /** The aggregate as it is stored after the last command; undefined when there is none. */
  get aggregate(): T | undefined {
    return this.#aggregate
  }

  /** More history, to be there before the next command. */
  after(...history: readonly Given<T>[]): AggregateResult<T> {
    checkHistory(this.#definition, history)
    this.#history = [...this.#history, ...history]
    return this.#result
  }

  /**
   * Establishes the history, then submits the command. A domain rejection is part of the result; every other error is thrown, `ReactionError`
   * included: the command was accepted then, but something that reacted to it failed.
   */
  process<Result>(command: CommandMessage<Result>, options: ScenarioOptions = {}): PendingResult<T> {
    return pending(this.#process(command, options))
  }

  async #process(command: CommandMessage, options: ScenarioOptions): Promise<AggregateResult<T>> {
    const history = this.#history
    this.#history = []
    this.#instances = await establish(this.#definition, this.#instances, history)
    const correlationId = options.correlationId ?? scopeOf(this.#definition).newIdentity().replaceAll('-', '')
    this.#outcome = await this.#submit(command, { ...options, correlationId })
    const own = this.accepted ? await this.#ownEvents(command, correlationId) : []
    this.#events = logOf(own, command)
    this.#allEvents = new EventLog([...this.#allEvents, ...this.#events])
    this.#id = this.#identity(command, own)
    this.#aggregate = this.#id === undefined ? undefined : await this.#load(this.#id)
    return this.#result
  }

  async #submit(command: CommandMessage, options: ScenarioOptions): Promise<Outcome> {
    try {
      return { result: await this.#domain.process(command, { ...options, asynchronous: false }) }
    } catch (error) {
      if (isRejection(error)) return { rejection: error }
      throw error
    }
  }

  async #ownEvents(command: object, correlationId: string): Promise<readonly Message[]> {
    const id = messageOf(command)?.id
    return id === undefined ? [] : ownEvents(await this.#domain.log.correlated(correlationId), id)
  }

  /** The identity of the aggregate that this is about, from whatever tells it best. */
  #identity(command: object, events: readonly Message[]): string | undefined {
    const category = categoryOf(this.#definition)
    const stream = events.find((message) => message.category === category)?.stream
    const told = (stream === undefined ? undefined : idOf(stream)) ?? identityIn(command, this.#definition)
    return told ?? this.#id ?? this.#instances.at(-1)?._id ?? (typeof this.result === 'string' ? this.result : undefined)
  }

  #load(id: string): Promise<T | undefined> {
    return this.#domain.repositoryFor(this.#definition.cls as Constructor<T>).find(id)
  }

  #missing(member: string): Error {
    const { name } = this.#definition
    if (this.#outcome === undefined)
      return new IncorrectUsageError(`${name}.${member} was read before a command was processed. Await process() first.`, {
        code: 'GIVEN_NOT_PROCESSED',
      })
    const why = this.rejection === undefined ? '' : ` The command was rejected: ${this.rejection.message}`
    return new IncorrectUsageError(`${name}.${member} was read, but no ${name} is stored.${why}`, {
      code: 'GIVEN_NO_AGGREGATE',
      cause: this.rejection,
    })
  }
}

function pending<T extends Aggregate>(result: Promise<AggregateResult<T>>): PendingResult<T> {
  return Object.assign(result, {
    process: <Result>(command: CommandMessage<Result>, options?: ScenarioOptions) =>
      pending(result.then((scenario) => scenario.process(command, options))),
  })
}
