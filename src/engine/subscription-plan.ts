import type { DomainInternals } from '../domain/internals.ts'
import type { BoundHandler, HandlerGroup, HandlerKind } from '../handlers/handler-group.ts'
import { commandCategoryOf } from '../handlers/message-factory.ts'
import type { Message } from '../messaging/message.ts'
import type { Partition } from '../messaging/partition.ts'
import type { ElementDefinition } from '../model/definition.ts'
import type { Database } from '../ports/database.ts'
import { camelCaseName } from '../util/names.ts'
import { partId } from './division.ts'
import { eventLogs, isIgnoredIn, isWantedIn, wantedEvents } from './event-logs.ts'
import { keyUnits } from './key-units.ts'
import type { MessageSource } from './message-source.ts'
import { LogSource } from './message-source.ts'
import { processUnits } from './process-units.ts'
import type { SubscriptionSettings } from './profiles.ts'
import { removeGroups, streamSources } from './stream-sources.ts'
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
  /** What is read of each log, whether from there or from a broker. */
  readonly logs: readonly LogSource[]
  /** The part of the subscription that this is; undefined for all of it. */
  readonly part?: Partition
  /** The field that messages are kept in order by; empty for what is usual. */
  readonly order: string
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
  /** The same for an order that the subscription had before; of a message that is nothing to it, undefined. */
  unitIn?(order: string): (message: Message) => string | undefined
  /** The plan of one of so many parts, with sources of its own. */
  partOf?(part: Partition): SubscriptionPlan
  /** Has the broker forget groups of the subscription. */
  removeGroups?(groups: readonly string[]): Promise<void>
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
  const order = (group.options.sequentialBy as string | undefined) ?? ''
  const isWanted = (category: string) => isWantedIn(wanted, category)
  const unitsBy = (field: string) => keyUnits(inside, group, field, isWanted)
  const unitOf = group.process !== undefined ? processUnits(inside, group) : order === '' ? undefined : unitsBy(order)
  return inParts(inside, eventLogs(wanted, unitOf !== undefined), {
    name: group.name,
    kind: 'EVENT',
    home: homeOf(inside, group),
    streams: eventLogs(wanted, false),
    settings,
    order,
    projection: projectionOf(inside, group),
    unitIn: (earlier) => (earlier === '' ? ({ stream }) => stream : unitsBy(earlier)),
    ...(unitOf === undefined ? {} : { unitOf }),
    route: (definition, message) => handlers.ofEvent(definition, message.category).filter((handler) => handler.group === group),
    // A handler of every event there is shares the store with other domains; what they call their events is their own business.
    ignores: ({ type, category }) => (takesAll && !type.startsWith(ownTypes)) || isIgnoredIn(wanted, category),
  })
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
    return inParts(inside, logs, {
      name: category,
      kind: 'COMMAND',
      home,
      streams: logs,
      settings,
      order: '',
      route: (definition) => [handlers.ofCommand(definition)].filter((handler) => handler !== undefined),
      ignores: () => false,
    })
  })
}

type Undivided = Omit<SubscriptionPlan, 'sources' | 'logs' | 'part' | 'partOf' | 'removeGroups'> & {
  /** The logs whose streams it would read from a broker. */
  readonly streams: readonly LogSource[]
}

/** A plan with its sources, and how to divide it. What is kept in order by something else than streams is read by every part, which leaves out what is not its own. */
function inParts(inside: DomainInternals, logs: readonly LogSource[], { streams, ...plan }: Undivided): SubscriptionPlan {
  const id = workerId(inside.registry.domainName, plan.name)
  const isStream = plan.settings.subscriptionType === 'stream'
  const { kind, settings } = plan
  const sourcesIn = (part: Partition) => {
    const own = plan.unitOf === undefined && part.count > 1 ? logs.map((log) => log.partOf(part)) : logs
    return isStream
      ? streamSources(inside, own, { id: partId(id, part), parts: part.count, kind, waitMs: settings.blockingTimeoutMs })
      : own
  }
  const whole: SubscriptionPlan = {
    ...plan,
    logs,
    sources: sourcesIn({ index: 0, count: 1 }),
    partOf: (part) => ({ ...whole, part, sources: sourcesIn(part) }),
    ...(isStream ? { removeGroups: (groups: readonly string[]) => removeGroups(inside, streams, groups) } : {}),
  }
  return whole
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
