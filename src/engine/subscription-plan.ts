import type { DomainInternals } from '../domain/internals.ts'
import type { BoundHandler, HandlerGroup, HandlerKind } from '../handlers/handler-group.ts'
import { commandCategoryOf } from '../handlers/message-factory.ts'
import type { Message } from '../messaging/message.ts'
import type { ElementDefinition } from '../model/definition.ts'
import type { Database } from '../ports/database.ts'
import { camelCaseName } from '../util/names.ts'
import type { WantedEvents } from './event-logs.ts'
import { eventLogs, isIgnoredIn, isWantedIn, wantedEvents } from './event-logs.ts'
import { keyUnits } from './key-units.ts'
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
  /** Milliseconds after which it need not be known any more that a message was dealt with: for messages that are each a stream of their own. */
  readonly forgetsAfterMs?: number
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
  const wanted = wantedEvents(inside, group)
  if (wanted.size === 0) return undefined
  const { handlers, registry } = inside
  const settings = subscriptionSettings(inside.settings.server, group.name)
  const ownTypes = `${camelCaseName(registry.domainName)}.`
  const takesAll = handlers.wholeCategories.get('$all')?.some((handler) => handler.group === group) === true
  const unitOf = unitsOf(inside, group, wanted)
  return {
    name: group.name,
    kind: 'EVENT',
    home: homeOf(inside, group),
    sources: sourcesOf(inside, eventLogs(wanted, unitOf !== undefined), { name: group.name, kind: 'EVENT', settings }),
    settings,
    ...(unitOf === undefined ? {} : { unitOf }),
    route: (definition, message) => handlers.ofEvent(definition, message.category).filter((handler) => handler.group === group),
    // A handler of every event there is shares the store with other domains; what they call their events is their own business.
    ignores: ({ type, category }) => (takesAll && !type.startsWith(ownTypes)) || isIgnoredIn(wanted, category),
  }
}

/** What the group's events are kept in order with, where that is not their stream. */
function unitsOf(inside: DomainInternals, group: HandlerGroup, wanted: WantedEvents): SubscriptionPlan['unitOf'] {
  if (group.process !== undefined) return processUnits(inside, group)
  const field = group.options.sequentialBy as string | undefined
  return field === undefined ? undefined : keyUnits(inside, group, field, (category) => isWantedIn(wanted, category))
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
