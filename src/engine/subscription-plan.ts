import type { DomainInternals } from '../domain/internals.ts'
import type { BoundHandler, HandlerGroup, HandlerKind } from '../handlers/handler-group.ts'
import { categoryOf, commandCategoryOf } from '../handlers/message-factory.ts'
import type { Message } from '../messaging/message.ts'
import { factCategory } from '../messaging/stream-name.ts'
import type { ElementDefinition } from '../model/definition.ts'
import { isFactEvent } from '../model/fact-event.ts'
import type { Database } from '../ports/database.ts'
import type { EventStore } from '../ports/event-store.ts'
import { camelCaseName } from '../util/names.ts'
import type { MessageSource } from './message-source.ts'
import { LogSource } from './message-source.ts'
import { processUnits } from './process-units.ts'
import type { SubscriptionSettings } from './profiles.ts'
import { streamSources } from './stream-sources.ts'
import { sharedSettings, subscriptionSettings } from './subscription-settings.ts'
import type { Work } from './work.ts'
import { workerId } from './worker-row.ts'

/** Which messages one subscription handles, with what, and where it keeps its state. */
export interface SubscriptionPlan {
  /** Persistent name of the handler; the category for commands, which all handlers of an aggregate's commands share, so that they stay in order. */
  readonly name: string
  readonly kind: 'EVENT' | 'COMMAND'
  readonly home: Database
  readonly sources: readonly MessageSource[]
  readonly settings: SubscriptionSettings
  /** Messages are each a stream of their own, of which it need not be known for ever that it was dealt with. */
  readonly isPassing?: true
  /** For a projector: what it fills, where that is stored in the home database. */
  readonly projection?: ElementDefinition | undefined
  /** What is to be run for a message, where that is not decided by its type. */
  workOf?(message: Message): Work
  /**
   * What a message is kept in order with, where that is not its stream: messages of one unit are handled in the order of the log. Undefined for a message that is
   * nothing to this subscription.
   */
  readonly unitOf?: (message: Message) => string | undefined
  /** Functions for a message of a known type; none for one that is not handled here. */
  route(definition: ElementDefinition, message: Message): readonly BoundHandler[]
  /** Whether a message of a type that this domain does not know is nothing to it. */
  ignores(message: Message): boolean
}

const EVENT_GROUPS: ReadonlySet<HandlerKind> = new Set(['event handler', 'projector', 'process manager'])

/** The event and command subscriptions that a domain's handlers ask for, in the order of declaration. */
export function subscriptionPlans(inside: DomainInternals): readonly SubscriptionPlan[] {
  const groups = inside.registry.groups.filter(({ kind }) => EVENT_GROUPS.has(kind))
  return [...groups.flatMap((group) => eventPlan(inside, group) ?? []), ...commandPlans(inside)]
}

function eventPlan(inside: DomainInternals, group: HandlerGroup): SubscriptionPlan | undefined {
  const logs = eventLogs(inside, group)
  if (logs.length === 0) return undefined
  const { handlers, registry } = inside
  const settings = subscriptionSettings(inside.settings.server, group.name)
  const ownTypes = `${camelCaseName(registry.domainName)}.`
  const takesAll = handlers.wholeCategories.get('$all')?.some((handler) => handler.group === group) === true
  return {
    name: group.name,
    kind: 'EVENT',
    home: homeOf(inside, group),
    sources: sourcesOf(inside, logs, { name: group.name, kind: 'EVENT', settings }),
    settings,
    projection: projectionOf(inside, group),
    ...(group.process === undefined ? {} : { unitOf: processUnits(inside, group) }),
    route: (definition, message) => handlers.ofEvent(definition, message.category).filter((handler) => handler.group === group),
    // A handler of every event there is shares the store with other domains; what they call their events is their own business.
    ignores: ({ type, category }) =>
      (takesAll && !type.startsWith(ownTypes)) || logs.find((log) => log.category === category)?.types !== undefined,
  }
}

/** One for each category of commands. */
function commandPlans(inside: DomainInternals): readonly SubscriptionPlan[] {
  const { handlers, runtime } = inside
  const byCategory = new Map<string, { readonly aggregate: ElementDefinition; readonly groups: Set<string> }>()
  for (const [command, { group }] of handlers.commands) {
    const aggregate = command.aggregate as ElementDefinition
    const category = commandCategoryOf(aggregate)
    const known = byCategory.get(category)
    if (known === undefined) byCategory.set(category, { aggregate, groups: new Set([group.name]) })
    else known.groups.add(group.name)
  }
  return [...byCategory].map(([category, { aggregate, groups }]) => {
    const home = runtime.databaseFor(aggregate)
    const settings = sharedSettings(inside.settings.server, [...groups])
    const logs = [new LogSource(inside.infrastructure.eventStoreOf(aggregate), category, undefined)]
    return {
      name: category,
      kind: 'COMMAND',
      home,
      sources: sourcesOf(inside, logs, { name: category, kind: 'COMMAND', settings }),
      settings,
      route: (definition) => [handlers.ofCommand(definition)].filter((handler) => handler !== undefined),
      ignores: () => false,
    }
  })
}

function sourcesOf(
  inside: DomainInternals,
  logs: readonly LogSource[],
  { name, kind, settings }: Pick<SubscriptionPlan, 'name' | 'kind' | 'settings'>,
): readonly MessageSource[] {
  if (settings.subscriptionType !== 'stream') return logs
  return streamSources(inside, logs, { id: workerId(inside.registry.domainName, name), kind, waitMs: settings.blockingTimeoutMs })
}

/** The database of what the group belongs to: there its effects are expected, and its checkpoints commit with them. */
function homeOf({ registry, runtime, infrastructure }: DomainInternals, group: HandlerGroup): Database {
  if (group.process !== undefined) return runtime.databaseFor(group.process)
  const ref = (group.options.partOf ?? group.options.projectorFor) as Parameters<typeof registry.resolve>[0] | undefined
  const usual = infrastructure.databases.get('default')?.database as Database
  if (ref === undefined) return usual
  const element = registry.resolve(ref, ['aggregate', 'projection'])
  return element.options.cache === undefined ? runtime.databaseFor(element) : usual
}

function projectionOf({ registry }: DomainInternals, { kind, options }: HandlerGroup): ElementDefinition | undefined {
  if (kind !== 'projector') return undefined
  const projection = registry.resolve(options.projectorFor as Parameters<typeof registry.resolve>[0], ['projection'])
  return projection.options.cache === undefined ? projection : undefined
}

/** A log for each category that the group's events are in, with the types that it wants; without types where it takes all. */
function eventLogs(inside: DomainInternals, group: HandlerGroup): readonly LogSource[] {
  const wanted = new Map<EventStore, Map<string, Set<string> | undefined>>()
  const want = (store: EventStore, category: string, types?: readonly string[]) => {
    const categories = wanted.get(store) ?? new Map<string, Set<string> | undefined>()
    wanted.set(store, categories)
    const before = categories.get(category)
    if (types === undefined || (before === undefined && categories.has(category))) categories.set(category, undefined)
    else categories.set(category, new Set([...(before ?? []), ...types]))
  }
  const { handlers, registry, infrastructure } = inside
  const category = group.options.streamCategory as string | undefined
  const storeOf = (aggregate: ElementDefinition) => infrastructure.eventStoreOf(aggregate)
  // A process manager has events too: those that it schedules for itself.
  const concrete = [...registry.ofKind('aggregate'), ...registry.ofKind('processManager')].filter(({ isAbstract }) => !isAbstract)
  for (const [event, bound] of handlers.events) {
    if (bound.every((handler) => handler.group !== group)) continue
    const types = registry.typesOf(event)
    // An event of another domain is wherever that domain put it in this store, unless the handler says where.
    if (!registry.has(event)) want(infrastructure.eventStore, category ?? '$all', types)
    else
      for (const aggregate of concrete)
        if (aggregate.isA(event.aggregate as ElementDefinition)) want(storeOf(aggregate), categoryIn(aggregate, event), types)
  }
  for (const [whole, bound] of handlers.wholeCategories) {
    if (bound.every((handler) => handler.group !== group)) continue
    const owner = concrete.find((aggregate) => [categoryOf(aggregate), factCategory(categoryOf(aggregate))].includes(whole))
    if (whole !== '$all') want(owner === undefined ? infrastructure.eventStore : storeOf(owner), whole)
    else for (const store of infrastructure.eventStores) want(store, whole)
  }
  return [...wanted].flatMap(([store, categories]) => {
    // What belongs to one process is spread over categories, and the log alone has the order among them.
    if (group.process !== undefined) return [new LogSource(store, '$all', typesIn(categories), new Set(categories.keys()))]
    return categories.has('$all') && categories.get('$all') === undefined
      ? [new LogSource(store, '$all', undefined)]
      : [...categories].map(([name, types]) => new LogSource(store, name, types === undefined ? undefined : [...types]))
  })
}

/** Where an aggregate's events of a class are. */
function categoryIn(aggregate: ElementDefinition, event: ElementDefinition): string {
  return isFactEvent(event) ? factCategory(categoryOf(aggregate)) : categoryOf(aggregate)
}

function typesIn(categories: ReadonlyMap<string, ReadonlySet<string> | undefined>): readonly string[] {
  return [...new Set([...categories.values()].flatMap((types) => [...(types ?? [])]))]
}
