import type { Message } from '../messaging/message.ts'
import type { CommandMessage, EventMessage, QueryMessage } from '../model/element-class.ts'
import type { Constructor, ElementRef } from '../model/element-ref.ts'
import type { FailureHook, HandlerFunction, HandlerGroup } from './handler-group.ts'

type ResultOf<M> = M extends CommandMessage<infer Result> ? Result : M extends QueryMessage<infer Result> ? Result : never

/** Handles commands: each by exactly one function in the whole domain, in a unit of work; what it returns goes to the caller of `process`. */
export class CommandHandler {
  readonly #group: HandlerGroup

  constructor(group: HandlerGroup) {
    this.#group = group
  }

  get name(): string {
    return this.#group.name
  }

  handle<C extends CommandMessage>(command: Constructor<C>, run: (command: C, message: Message) => Promise<ResultOf<C>>): this {
    addEntry(this.#group, command, run)
    return this
  }

  /** Decides what becomes of a command that failed in the background. Never called for a command that a caller waits for. */
  onError(hook: FailureHook): this {
    this.#group.onError = hook
    return this
  }
}

/** Handles events, each in a unit of work of its own; any number of handlers may handle one event. */
export class EventHandler {
  readonly #group: HandlerGroup

  constructor(group: HandlerGroup) {
    this.#group = group
  }

  get name(): string {
    return this.#group.name
  }

  /** `'any'` stands for every event of the handler's category that no other function of this handler takes. */
  handle<E extends EventMessage>(event: Constructor<E>, run: (event: E, message: Message) => Promise<void>): this
  handle(event: 'any', run: (event: EventMessage, message: Message) => Promise<void>): this
  handle(event: ElementRef | 'any', run: (event: never, message: Message) => Promise<void>): this {
    addEntry(this.#group, event, run)
    return this
  }

  /** Decides what becomes of an event that failed in the background. */
  onError(hook: FailureHook): this {
    this.#group.onError = hook
    return this
  }
}

/** Keeps one projection up to date from events. */
export class Projector {
  readonly #group: HandlerGroup

  constructor(group: HandlerGroup) {
    this.#group = group
  }

  get name(): string {
    return this.#group.name
  }

  on<E extends EventMessage>(event: Constructor<E>, run: (event: E, message: Message) => Promise<void>): this {
    addEntry(this.#group, event, run)
    return this
  }

  /** Decides what becomes of an event that failed in the background. */
  onError(hook: FailureHook): this {
    this.#group.onError = hook
    return this
  }
}

/** Answers queries, each by exactly one function; reads only, so there is no unit of work. */
export class QueryHandler {
  readonly #group: HandlerGroup

  constructor(group: HandlerGroup) {
    this.#group = group
  }

  get name(): string {
    return this.#group.name
  }

  handle<Q extends QueryMessage>(query: Constructor<Q>, run: (query: Q) => Promise<ResultOf<Q>>): this {
    addEntry(this.#group, query, run)
    return this
  }
}

function addEntry(group: HandlerGroup, target: ElementRef | 'any', run: unknown): void {
  group.entries.push({ target, run: run as HandlerFunction })
}
