import { ConfigurationError } from '../errors.ts'
import { HandlerMap } from '../handlers/handler-map.ts'
import type { CommandEnricher, EventEnricher } from '../handlers/message-factory.ts'
import { MessageFactory } from '../handlers/message-factory.ts'
import { readMessage } from '../handlers/message-reader.ts'
import type { CommandProcessing, ProcessOptions } from '../handlers/process-command.ts'
import { processCommand } from '../handlers/process-command.ts'
import type { RetrySeams } from '../handlers/quick-retry.ts'
import { reactTo } from '../handlers/react.ts'
import type { Message } from '../messaging/message.ts'
import type { CommandMessage, EventMessage, QueryMessage } from '../model/element-class.ts'
import type { Constructor } from '../model/element-ref.ts'
import type { Broker } from '../ports/broker.ts'
import type { Cache } from '../ports/cache.ts'
import type { EventStore } from '../ports/event-store.ts'
import type { Logger } from '../ports/logger.ts'
import { runInFrame } from '../unit-of-work/current.ts'
import type { Runtime } from '../unit-of-work/runtime.ts'
import type { Clock } from '../util/runtime/clock.ts'
import { systemClock } from '../util/runtime/clock.ts'
import { uuidV7Ids } from '../util/runtime/ids.ts'
import { systemRandom } from '../util/runtime/random.ts'
import type { Timers } from '../util/runtime/timers.ts'
import { systemTimers } from '../util/runtime/timers.ts'
import { checkDomain } from './check/check-domain.ts'
import type { CheckResult } from './check/diagnostic.ts'
import type { Inspection } from './check/inspect.ts'
import { inspect } from './check/inspect.ts'
import { Configuration } from './config/configuration.ts'
import type { DomainConfig, Settings } from './config/schema.ts'
import type { DatabaseProvider } from './database-provider.ts'
import { dispatchQuery } from './dispatch-query.ts'
import { DomainFiles } from './domain-files.ts'
import type { DomainOptions, InitOptions } from './domain-options.ts'
import { DomainRepositories } from './domain-repositories.ts'
import { domainRuntime } from './domain-runtime.ts'
import type { DomainScope } from './domain-scope.ts'
import { domainScope } from './domain-scope.ts'
import { enricher } from './enricher.ts'
import { idempotencyGuardOf } from './idempotency-guard-of.ts'
import { Infrastructure } from './infrastructure.ts'
import { reveal } from './internals.ts'
import { loadedModules } from './loaded-modules.ts'
import { MessageLog } from './message-log.ts'
import { notInitialized } from './not-initialized.ts'
import { Registry } from './registry.ts'
import { Repositories } from './repositories.ts'
import { slowHandlerLog } from './slow-handlers.ts'
import { standardLogger } from './standard-logger.ts'

/**
 * A bounded context: its elements, how they are wired, and what they run on. Declaring does no input or output; `init()` checks everything,
 * reports all mistakes together and opens the adapters; `close()` releases them.
 */
export class Domain extends DomainRepositories implements AsyncDisposable {
  readonly name: string
  /** What the domain has stored: what led to what, all events of a class, and whether everything is in order. */
  readonly log: MessageLog
  protected readonly scope: DomainScope
  protected readonly registry: Registry
  readonly #files: DomainFiles
  readonly #clock: Clock
  readonly #timers: Timers
  readonly #options: DomainOptions
  readonly #configuration: Configuration
  readonly #messages: MessageFactory
  protected readonly repositories: Repositories
  readonly #aggregateEnrichers: ((aggregate: never) => void)[] = []
  readonly #runtime: Runtime
  readonly #retry: RetrySeams
  protected readonly commands: CommandProcessing
  #handlers = new HandlerMap()
  #infrastructure: Infrastructure | undefined
  #settings: Settings | undefined

  constructor(name: string, options: DomainOptions = {}) {
    super()
    const { root, config, clock = systemClock, timers = systemTimers, random = systemRandom, ids = uuidV7Ids(clock) } = options
    this.name = name
    this.#files = new DomainFiles(root)
    this.#clock = clock
    this.#timers = timers
    this.#options = options
    this.registry = new Registry(name)
    this.#configuration = new Configuration({ root, config, env: process.env })
    this.#messages = new MessageFactory({
      domain: this,
      domainName: name,
      clock,
      ids,
      eventsAreAsynchronous: () => this.#settings?.eventProcessing === 'async',
    })
    this.repositories = new Repositories(this.registry, () => this.runtime())
    this.scope = domainScope(this, this.registry, ids, (raised) => this.#messages.carryEvent(raised))
    this.log = new MessageLog({
      stores: () => this.#open().infrastructure.eventStores,
      readingOf: (type) => this.registry.ofType(type),
      typesOf: (definition) => this.registry.typesOf(definition),
    })
    this.#retry = { clock, timers, random, policy: () => this.#open().settings.server }
    this.#runtime = domainRuntime({
      scope: this.scope,
      clock,
      retry: this.#retry,
      aggregateEnrichers: this.#aggregateEnrichers,
      handlers: () => this.#handlers,
      open: () => this.#open(),
    })
    this.commands = {
      runtime: this.#runtime,
      handlers: () => this.#handlers,
      messages: this.#messages,
      retry: this.#retry,
      settings: () => this.#open().settings,
      newId: () => ids.next(),
      isOwn: (definition) => this.registry.has(definition),
      guard: () => idempotencyGuardOf(this.#open(), () => ({ timers, logger: this.logger, newId: () => ids.next() })),
    }
    const { registry, commands } = this
    reveal(this, () => ({ ...commands, ...this.#open(), handlers: this.#handlers, registry, commands }))
  }

  /** The configuration: changeable until `init()`. */
  get config(): DomainConfig {
    return this.#configuration.config
  }

  get clock(): Clock {
    return this.#clock
  }

  /** Where the framework logs: the logger that the domain was given, or lines on the standard error, as `logging` says. */
  get logger(): Logger {
    return this.#options.logger ?? standardLogger(this.#configuration.resolve().settings.logging, this.#clock)
  }

  get isInitialized(): boolean {
    return this.#infrastructure !== undefined
  }

  /** Checks the whole domain, throws one `ConfigurationError` with every mistake, and opens the adapters. Again after a first time: reopens them. */
  async init({ traverse = true }: InitOptions = {}): Promise<void> {
    const running = loadedModules()
    await this.close()
    if (traverse) this.repositories.meet(await this.#files.import(running))
    // A module may have initialised the domain on its own.
    if (this.isInitialized) await this.close()
    const { handlers, problems, settings } = this.#inspect()
    if (problems.length > 0) throw new ConfigurationError(problems)
    this.#handlers = handlers.each(slowHandlerLog(this.logger, settings.logging))
    this.#settings = settings
    this.#configuration.freeze()
    this.registry.isLenient = settings.lenientDeserialization
    try {
      this.#infrastructure = await Infrastructure.open(settings, {
        clock: this.#clock,
        timers: this.#timers,
        logger: this.logger,
        mappingOf: this.#runtime.mappingOf,
        settled: () => this.#runtime.histories.settled(),
        elements: this.registry.elements,
        published: (broker, stream) => this.published(broker, stream),
      })
    } catch (error) {
      this.#configuration.thaw()
      throw error
    }
  }

  /**
   * What `init()` would object to and, where that is nothing, what looks wrong in a domain that works. Before or after `init()`: opens no adapters and
   * changes nothing. Throws `ConfigurationError` only when a rule of your own cannot be run.
   */
  async check({ traverse = true }: InitOptions = {}): Promise<CheckResult> {
    const running = traverse ? loadedModules() : undefined
    return checkDomain(this.registry, this.#files, running, async () => {
      if (running !== undefined) this.repositories.meet(await this.#files.import(running))
      return this.#inspect()
    })
  }

  /** Releases everything. The configuration can be changed again, and `init()` called again. */
  async close(): Promise<void> {
    if (this.isInitialized) await this.#runtime.histories.close()
    const infrastructure = this.#infrastructure
    this.#infrastructure = undefined
    this.#configuration.thaw()
    await infrastructure?.close()
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  /** Databases by name. */
  get providers(): ReadonlyMap<string, DatabaseProvider> {
    return this.#open().infrastructure.databases
  }

  get brokers(): ReadonlyMap<string, Broker> {
    return this.#open().infrastructure.brokers
  }

  get caches(): ReadonlyMap<string, Cache> {
    return this.#open().infrastructure.caches
  }

  get eventStore(): EventStore {
    return this.#open().infrastructure.eventStore
  }

  /**
   * Submits a command. Handled at once, it gives what the handler returns, after all synchronous reactions to its events; a failing reaction throws
   * `ReactionError`, with the command committed. Left to an engine, it gives the message's id.
   */
  process<Result>(command: CommandMessage<Result>, options: ProcessOptions = {}): Promise<Result> {
    return processCommand(this.commands, command, options) as Promise<Result>
  }

  /** Asks a query and gives what its handler returns. */
  async dispatch<Result>(query: QueryMessage<Result>): Promise<Result> {
    this.#open()
    return dispatchQuery(this, this.#handlers, query) as Promise<Result>
  }

  /** Lets the handlers of this domain react, now, to a message that was stored or came from elsewhere. Throws `ReactionError` with their failures. */
  async receive(message: Message): Promise<void> {
    this.#open()
    const event = readMessage(message, (type) => this.registry.ofType(type))
    await reactTo(this.#runtime, this.#handlers, this.#retry, event, message)
  }

  /** Runs `body` with this domain as the current one; `values` can be read inside with `currentValues()`. */
  run<Result>(body: () => Result): Result
  run<Result>(values: Readonly<Record<string, unknown>>, body: () => Result): Result
  run<Result>(first: Readonly<Record<string, unknown>> | (() => Result), second?: () => Result): Result {
    const [values, body] = typeof first === 'function' ? [{}, first as () => Result] : [first, second as () => Result]
    return runInFrame(this, { values }, body)
  }

  /** Lets handlers of this domain handle an event that another domain declares, known by that domain's type string. */
  registerExternalEvent(event: Constructor<EventMessage>, type: string): void {
    this.registry.addExternal(event, type)
  }

  /** Adds to the metadata extensions of every event raised. What throws, makes `raise` throw. */
  registerEventEnricher(enrich: EventEnricher): void {
    this.#messages.eventEnrichers.push(enricher(enrich, 'registerEventEnricher'))
  }

  /** Adds to the metadata extensions of every command submitted. */
  registerCommandEnricher(enrich: CommandEnricher): void {
    this.#messages.commandEnrichers.push(enricher(enrich, 'registerCommandEnricher'))
  }

  /** Changes every aggregate just before it is saved. What throws gives the save up, with the aggregate as it was. */
  registerAggregateEnricher<T extends object>(enrich: (aggregate: T) => void): void {
    this.#aggregateEnrichers.push(enricher(enrich, 'registerAggregateEnricher') as (aggregate: never) => void)
  }

  override toString(): string {
    return `Domain: ${this.name}`
  }

  protected runtime(): Runtime {
    this.#open()
    return this.#runtime
  }

  #inspect(): Inspection & { readonly settings: Settings } {
    const { settings, problems } = this.#configuration.resolve()
    const inspection = inspect(this.registry, settings, this.#options.ids !== undefined)
    return { ...inspection, settings, problems: [...problems, ...inspection.problems] }
  }

  #open(): { readonly infrastructure: Infrastructure; readonly settings: Settings } {
    const infrastructure = this.#infrastructure
    const settings = this.#settings
    if (infrastructure === undefined || settings === undefined) throw notInitialized(this.name)
    return { infrastructure, settings }
  }
}
