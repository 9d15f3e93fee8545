import type { BoundHandler, HandlerGroup } from '../../handlers/handler-group.ts'
import type { HandlerMap } from '../../handlers/handler-map.ts'
import type { ElementDefinition } from '../../model/definition.ts'
import { factEventOf, isFactEvent } from '../../model/fact-event.ts'
import type { FieldKind } from '../../model/field-spec.ts'
import { nearest } from '../../util/nearest.ts'
import type { Settings } from '../config/schema.ts'
import type { Registry } from '../registry.ts'
import { categoriesOf } from './message-checks.ts'
import type { ProblemLog, Report } from './problem-log.ts'
import { findElement } from './references.ts'

/** Kinds of fields whose values are equal or not, and short. */
const KEYS: ReadonlySet<FieldKind> = new Set(['identifier', 'auto', 'string', 'text', 'status', 'integer', 'valueObject'])

/** `sequentialBy` names a field of every event of its handler, and all of those are in one log, since there is no order among several. */
export function checkSequentialKeys(registry: Registry, handlers: HandlerMap, { eventStore }: Settings, log: ProblemLog): void {
  for (const group of registry.groups) {
    const { sequentialBy } = group.options
    if (typeof sequentialBy !== 'string' || sequentialBy.trim() === '' || !['event handler', 'projector'].includes(group.kind)) continue
    const report = log.on(group)
    const events = eventsOf(registry, handlers, group)
    for (const event of events) checkKey(group, event, sequentialBy, report)
    if (eventStore === undefined) checkLogs(group, registry, events, report)
  }
}

function checkKey({ name }: HandlerGroup, event: ElementDefinition, field: string, report: Report): void {
  const spec = event.fields.get(field)
  const known = [...event.fields].filter(([other, { kind }]) => !other.startsWith('_') && KEYS.has(kind)).map(([other]) => other)
  if (spec === undefined) {
    const meant = nearest(field, known)
    report({
      code: 'SEQUENTIAL_FIELD_UNKNOWN',
      element: name,
      message: `handles its events sequentially by ${field}, and ${event.name} has no such field.`,
      fix: `${meant === undefined ? `Add the field to ${event.name}` : `Did you mean ${meant}? Or add the field`}, or handle ${event.name} in a handler of its own.`,
    })
  } else if (!KEYS.has(spec.kind))
    report({
      code: 'SEQUENTIAL_FIELD_INVALID',
      element: name,
      message: `handles its events sequentially by ${event.name}.${field}, which is a field.${spec.kind}().`,
      fix: 'Name an identifier, another short text, a whole number or a value object.',
    })
}

/** Events of aggregates whose databases keep logs of their own. */
function checkLogs({ name }: HandlerGroup, registry: Registry, events: readonly ElementDefinition[], report: Report): void {
  const owners = aggregatesOf(registry).filter((aggregate) => events.some((event) => isOf(registry, event, aggregate)))
  const databases = new Set(owners.map(({ options }) => (options.provider as string | undefined) ?? 'default'))
  if (databases.size < 2) return
  report({
    code: 'SEQUENTIAL_LOGS',
    element: name,
    message: `handles its events sequentially, and they are in the databases ${[...databases].join(' and ')}, each of which has an order of its own.`,
    fix: 'Keep them in one database, or the events of all in one event store (event_store in the configuration).',
  })
}

/** By class, and all of the categories that it listens to. */
function eventsOf(registry: Registry, handlers: HandlerMap, group: HandlerGroup): readonly ElementDefinition[] {
  const isHandled = ([, bound]: readonly [unknown, readonly BoundHandler[]]) => bound.some((handler) => handler.group === group)
  const named = [...handlers.events].filter(isHandled).map(([event]) => event)
  const categories = new Set([...handlers.wholeCategories].filter(isHandled).map(([category]) => category))
  const inCategories = registry
    .ofKind('event')
    .filter((event) => !event.isAbstract && categories.size > 0 && (categories.has('$all') || isIn(registry, event, categories)))
  return [...new Set([...named, ...inCategories])]
}

function isIn(registry: Registry, event: ElementDefinition, categories: ReadonlySet<string>): boolean {
  return aggregatesOf(registry).some((aggregate) => {
    const [usual, facts] = categoriesOf(aggregate)
    const category = isFactEvent(event) ? facts : usual
    return isOf(registry, event, aggregate) && category !== undefined && categories.has(category)
  })
}

/** Whether it is an event of this aggregate, its own or one that it inherits. */
function isOf(registry: Registry, event: ElementDefinition, aggregate: ElementDefinition): boolean {
  if (isFactEvent(event)) return factEventOf(aggregate) === event
  const owner = findElement(registry, event.partOf, ['aggregate'])
  return owner !== undefined && aggregate.isA(owner)
}

function aggregatesOf(registry: Registry): readonly ElementDefinition[] {
  return registry.ofKind('aggregate').filter(({ isAbstract }) => !isAbstract)
}
