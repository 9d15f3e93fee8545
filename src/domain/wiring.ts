import type { HandlerEntry, HandlerGroup, HandlerKind } from '../handlers/handler-group.ts'
import { HandlerMap } from '../handlers/handler-map.ts'
import type { ElementDefinition, ElementKind } from '../model/definition.ts'
import { withArticle } from './check/kind-names.ts'
import { subscribedCategory } from './check/message-checks.ts'
import type { ProblemLog, Report } from './check/problem-log.ts'
import { checkExternal, findElement, lookUp } from './check/references.ts'
import { wireProcess } from './process-wiring.ts'
import type { Registry } from './registry.ts'

interface Wiring {
  /** The option that names what the handler belongs to, and what that must be. */
  readonly option: 'partOf' | 'projectorFor'
  readonly whole: ElementKind
  readonly handles: ElementKind
}

/** Groups of functions that belong to an element by an option; a process manager is an element itself. */
type GroupKind = Exclude<HandlerKind, 'process manager'>
type Group = HandlerGroup & { readonly kind: GroupKind }

export const WIRING: Readonly<Record<GroupKind, Wiring>> = {
  'command handler': { option: 'partOf', whole: 'aggregate', handles: 'command' },
  'event handler': { option: 'partOf', whole: 'aggregate', handles: 'event' },
  'query handler': { option: 'partOf', whole: 'projection', handles: 'query' },
  projector: { option: 'projectorFor', whole: 'projection', handles: 'event' },
}

/** Works out who handles what, and reports every handler that cannot be wired and every command and query that nobody handles. */
export function wireHandlers(registry: Registry, log: ProblemLog): HandlerMap {
  const map = new HandlerMap()
  const names = new Map<string, HandlerGroup>()
  const taken = new Map<ElementDefinition, HandlerGroup>()
  for (const group of registry.groups) {
    const report = log.on(group)
    checkName(names, group, report)
    if (!isGroup(group)) {
      wireProcess(registry, map, group, report)
      continue
    }
    const whole = wholeOf(registry, group, report)
    const sources = aggregatesOf(registry, group, report)
    const category = group.kind === 'event handler' ? subscribedCategory(registry, group, whole, report) : undefined
    for (const entry of group.entries) {
      if (typeof entry.run !== 'function') notAFunction(group, entry, report)
      else if (entry.target === 'any' && group.kind === 'event handler') {
        if (category !== undefined) map.addAny(category, { group, target: undefined, run: entry.run })
      } else wireEntry(registry, map, taken, group, entry, whole, sources, report)
    }
  }
  reportUnhandled(registry, map, log)
  return map
}

function isGroup(group: HandlerGroup): group is Group {
  return group.kind !== 'process manager'
}

function checkName(names: Map<string, HandlerGroup>, group: HandlerGroup, report: Report): void {
  const other = names.get(group.name)
  names.set(group.name, group)
  if (other === undefined) return
  report({
    code: 'HANDLER_NAME_TAKEN',
    element: group.name,
    message: `is the name of ${withArticle(other.kind)} and of ${other.kind === group.kind ? 'another' : withArticle(group.kind)}.`,
    fix: 'Names identify handlers in storage: give one of them another.',
  })
}

/** The element that a group belongs to. An event handler may do without, when it says what it listens to. */
function wholeOf(registry: Registry, group: Group, report: Report): ElementDefinition | undefined {
  const { option, whole } = WIRING[group.kind]
  const ref = group.options[option]
  if (ref !== undefined) {
    return lookUp(registry, { element: group.name, via: option, ref, kinds: [whole], code: 'PART_OF_INVALID' }, report)
  }
  if (group.kind === 'event handler' && group.options.streamCategory !== undefined) return undefined
  const isUndefined = option in group.options
  report({
    code: 'PART_OF_MISSING',
    element: group.name,
    message: isUndefined ? `is ${withArticle(group.kind)} whose ${option} is undefined.` : `is ${withArticle(group.kind)} of nothing.`,
    fix: isUndefined
      ? `If modules import each other, the class does not exist yet: write ${option}: '…' with the name of the ${whole}, or () => the class.`
      : `Add { ${option}: … } with the name or class of its ${whole}.`,
  })
  return undefined
}

/** The aggregates that a projector says its events come from. */
function aggregatesOf(registry: Registry, group: HandlerGroup, report: Report): readonly ElementDefinition[] | undefined {
  const { aggregates } = group.options
  if (group.kind !== 'projector' || !Array.isArray(aggregates)) return undefined
  return aggregates.flatMap((ref: unknown) => {
    const reference = { element: group.name, via: 'aggregates', ref, kinds: ['aggregate'], code: 'PART_OF_INVALID' } as const
    const found = lookUp(registry, { ...reference, allowsAbstract: true, allowsForeign: true }, report)
    return found === undefined ? [] : [found]
  })
}

function notAFunction(group: HandlerGroup, { target }: HandlerEntry, report: Report): void {
  const what = typeof target === 'string' ? target : (target?.name ?? 'something')
  report({
    code: 'HANDLER_FUNCTION_MISSING',
    element: group.name,
    message: `handles ${what} with something that is not a function.`,
    fix: `Write .${group.kind === 'projector' ? 'on' : 'handle'}(${what}, async (message) => { … }).`,
  })
}

function wireEntry(
  registry: Registry,
  map: HandlerMap,
  taken: Map<ElementDefinition, HandlerGroup>,
  group: Group,
  entry: HandlerEntry,
  whole: ElementDefinition | undefined,
  sources: readonly ElementDefinition[] | undefined,
  report: Report,
): void {
  const { handles } = WIRING[group.kind]
  const target = lookUp(
    registry,
    {
      element: group.name,
      via: group.kind === 'projector' ? '.on()' : '.handle()',
      ref: entry.target,
      kinds: [handles],
      code: 'HANDLER_TARGET',
      allowsForeign: handles === 'event',
    },
    report,
  )
  if (target === undefined) return
  const handler = { group, target, run: entry.run }
  if (handles === 'event') {
    checkSource(registry, group, target, sources, report)
    map.addEvent(target, handler)
    return
  }
  const other = taken.get(target)
  if (other !== undefined) {
    report({
      code: 'HANDLER_DUPLICATE',
      element: group.name,
      message: `handles ${target.name}, which ${other === group ? 'it handles already' : `${other.name} handles already`}.`,
      fix: `Keep one of the two: a ${handles} has exactly one handler.`,
    })
    return
  }
  taken.set(target, group)
  checkWhole(registry, group, target, whole, report)
  if (handles === 'command') map.addCommand(target, handler)
  else map.addQuery(target, handler)
}

/** An event of this domain, of one of the aggregates that the projector names, or one that was registered as external. */
function checkSource(
  registry: Registry,
  group: HandlerGroup,
  event: ElementDefinition,
  sources: readonly ElementDefinition[] | undefined,
  report: Report,
): void {
  if (!registry.has(event)) {
    checkExternal(registry, group, event, report)
    return
  }
  const aggregate = findElement(registry, event.partOf, ['aggregate'])
  if (sources === undefined || aggregate === undefined || sources.some((source) => source.isA(aggregate) || aggregate.isA(source))) return
  report({
    code: 'PROJECTOR_AGGREGATES',
    element: group.name,
    message: `handles ${event.name} of ${aggregate.name}, which its aggregates do not name.`,
    fix: `Add ${aggregate.name} to aggregates, or leave aggregates out.`,
  })
}

/** A command is handled by a handler of its own aggregate, a query by one of its own projection. */
function checkWhole(
  registry: Registry,
  group: Group,
  target: ElementDefinition,
  whole: ElementDefinition | undefined,
  report: Report,
): void {
  const own = findElement(registry, target.partOf, [WIRING[group.kind].whole])
  // What may not own a message is reported with the message.
  if (own === undefined || own.isAbstract || whole === undefined || own === whole) return
  report({
    code: 'HANDLER_OF_OTHER',
    element: group.name,
    message: `is part of ${whole.name}, but ${target.name} is part of ${own.name}.`,
    fix: `Handle it in ${withArticle(group.kind)} of ${own.name}.`,
  })
}

function reportUnhandled(registry: Registry, map: HandlerMap, log: ProblemLog): void {
  for (const element of registry.elements.filter(({ isAbstract }) => !isAbstract)) {
    if (element.kind === 'command' && map.ofCommand(element) === undefined) {
      log.on(element)({
        code: 'COMMAND_UNHANDLED',
        element: element.name,
        message: 'is a command that nothing handles.',
        fix: `Add .handle(${element.name}, …) to a command handler.`,
      })
    }
    if (element.kind === 'query' && map.ofQuery(element) === undefined) {
      log.on(element)({
        code: 'QUERY_UNHANDLED',
        element: element.name,
        message: 'is a query that nothing answers.',
        fix: `Add .handle(${element.name}, …) to a query handler.`,
      })
    }
  }
}
