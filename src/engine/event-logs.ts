import type { DomainInternals } from '../domain/internals.ts'
import type { HandlerGroup } from '../handlers/handler-group.ts'
import { categoryOf } from '../handlers/message-factory.ts'
import { factCategory } from '../messaging/stream-name.ts'
import type { ElementDefinition } from '../model/definition.ts'
import { isFactEvent } from '../model/fact-event.ts'
import type { EventStore } from '../ports/event-store.ts'
import { LogSource } from './message-source.ts'

/** Types that are wanted of each category of a store; undefined where all of them are. The category of everything is `$all`. */
type WantedTypes = ReadonlyMap<string, ReadonlySet<string> | undefined>

/** What a group handles, where it is. */
export type WantedEvents = ReadonlyMap<EventStore, WantedTypes>

const ALL = '$all'

/** The categories that the group's events are in, with the types that it wants; without types where it takes all. */
export function wantedEvents(inside: DomainInternals, group: HandlerGroup): WantedEvents {
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
    if (!registry.has(event)) want(infrastructure.eventStore, category ?? ALL, types)
    else
      for (const aggregate of concrete)
        if (aggregate.isA(event.aggregate as ElementDefinition)) want(storeOf(aggregate), categoryIn(aggregate, event), types)
  }
  for (const [whole, bound] of handlers.wholeCategories) {
    if (bound.every((handler) => handler.group !== group)) continue
    const owner = concrete.find((aggregate) => [categoryOf(aggregate), factCategory(categoryOf(aggregate))].includes(whole))
    if (whole !== ALL) want(owner === undefined ? infrastructure.eventStore : storeOf(owner), whole)
    else for (const store of infrastructure.eventStores) want(store, whole)
  }
  return wanted
}

/**
 * The logs to read for what is wanted: one for each category. `isSpread`: what is to be kept in order is spread over categories, and the log alone has the order
 * among them; then it is one for each store.
 */
export function eventLogs(wanted: WantedEvents, isSpread: boolean): readonly LogSource[] {
  return [...wanted].flatMap(([store, categories]) => {
    if (categories.has(ALL) && categories.get(ALL) === undefined) return [new LogSource(store, ALL, undefined)]
    if (isSpread) return [new LogSource(store, ALL, unionOf(categories), categories.has(ALL) ? undefined : new Set(categories.keys()))]
    return [...categories].map(([name, types]) => new LogSource(store, name, types === undefined ? undefined : [...types]))
  })
}

/** Whether a type that is not known in this domain is nothing to the group in this category: it has named the types that it wants there. */
export function isIgnoredIn(wanted: WantedEvents, category: string): boolean {
  return [...wanted.values()].some((categories) => categories.get(category) !== undefined)
}

/** Whether the group wants anything of a category. */
export function isWantedIn(wanted: WantedEvents, category: string): boolean {
  return [...wanted.values()].some((categories) => categories.has(category) || categories.has(ALL))
}

/** Where an aggregate's events of a class are. */
function categoryIn(aggregate: ElementDefinition, event: ElementDefinition): string {
  return isFactEvent(event) ? factCategory(categoryOf(aggregate)) : categoryOf(aggregate)
}

/** Undefined where all types of one of the categories are wanted. */
function unionOf(categories: WantedTypes): readonly string[] | undefined {
  const all = [...categories.values()]
  return all.includes(undefined) ? undefined : [...new Set(all.flatMap((types) => [...(types ?? [])]))]
}
