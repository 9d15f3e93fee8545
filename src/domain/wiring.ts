import type { Problem } from '../errors.ts'
import { ConfigurationError } from '../errors.ts'
import type { HandlerEntry, HandlerGroup } from '../handlers/handler-group.ts'
import { HandlerMap } from '../handlers/handler-map.ts'
import { categoryOf } from '../handlers/message-factory.ts'
import type { ElementDefinition, ElementKind } from '../model/definition.ts'
import type { ElementRef } from '../model/element-ref.ts'
import type { Registry } from './registry.ts'

type Report = (problem: Problem) => void

const HANDLED: Readonly<Record<HandlerGroup['kind'], ElementKind>> = {
  'command handler': 'command',
  'event handler': 'event',
  'query handler': 'query',
  projector: 'event',
}

/** Works out who handles what, and reports every handler that cannot be wired. */
export function wireHandlers(registry: Registry, report: Report): HandlerMap {
  const map = new HandlerMap()
  const taken = new Map<ElementDefinition, HandlerGroup>()
  const names = new Set<string>()
  for (const group of registry.groups) {
    if (names.has(group.name)) {
      report({
        code: 'HANDLER_NAME_TAKEN',
        element: group.name,
        message: 'is the name of two handlers.',
        fix: 'Names identify handlers in storage: give one of them another.',
      })
    }
    names.add(group.name)
    const whole = partOf(registry, group, report)
    for (const entry of group.entries) wireEntry(registry, map, taken, group, entry, whole, report)
  }
  for (const command of registry.ofKind('command')) {
    if (command.isAbstract || map.ofCommand(command) !== undefined) continue
    report({
      code: 'COMMAND_UNHANDLED',
      element: command.name,
      message: 'is a command that nothing handles.',
      fix: `Add .handle(${command.name}, …) to a command handler.`,
    })
  }
  for (const query of registry.ofKind('query')) {
    if (query.isAbstract || map.ofQuery(query) !== undefined) continue
    report({
      code: 'QUERY_UNHANDLED',
      element: query.name,
      message: 'is a query that nothing answers.',
      fix: `Add .handle(${query.name}, …) to a query handler.`,
    })
  }
  return map
}

function wireEntry(
  registry: Registry,
  map: HandlerMap,
  taken: Map<ElementDefinition, HandlerGroup>,
  group: HandlerGroup,
  entry: HandlerEntry,
  whole: ElementDefinition | undefined,
  report: Report,
): void {
  if (entry.target === 'any') {
    const category = (group.options.streamCategory as string | undefined) ?? (whole && categoryOf(whole))
    if (category === undefined) {
      report({
        code: 'CATEGORY_MISSING',
        element: group.name,
        message: "handles 'any' event of nothing.",
        fix: "Add partOf, or streamCategory: '<domain>::<aggregate>'.",
      })
    } else map.addAny(category, { group, target: undefined, run: entry.run })
    return
  }
  const wanted = HANDLED[group.kind]
  const target = attempt(() => registry.resolve(entry.target as ElementRef, [wanted]), group.name, report)
  if (target === undefined) return
  if (target.kind !== wanted) {
    report({
      code: 'HANDLER_TARGET',
      element: group.name,
      message: `is a ${group.kind} and cannot handle the ${target.kind} ${target.name}.`,
      fix: `Handle a class made by domain.${wanted}().`,
    })
    return
  }
  const isForeign = target.scope.domainName !== registry.domainName || !registry.elements.includes(target)
  if (isForeign && !registry.isExternal(target)) {
    const fix =
      wanted === 'event'
        ? `Call domain.registerExternalEvent(${target.name}, '<its type string>').`
        : 'Handle it in the domain that declares it.'
    report({
      code: 'ELEMENT_FOREIGN',
      element: group.name,
      message: `handles ${target.name}, which belongs to the domain ${target.scope.domainName}.`,
      fix,
    })
    return
  }
  const handler = { group, target, run: entry.run }
  if (wanted === 'event') {
    map.addEvent(target, handler)
    return
  }
  const other = taken.get(target)
  if (other !== undefined) {
    report({
      code: 'HANDLER_DUPLICATE',
      element: target.name,
      message: `is handled twice: by ${other.name} and by ${group.name}.`,
      fix: 'Keep one: a command or query has exactly one handler.',
    })
    return
  }
  taken.set(target, group)
  checkWhole(registry, group, target, whole, report)
  if (wanted === 'command') map.addCommand(target, handler)
  else map.addQuery(target, handler)
}

/** A command is handled by a handler of its own aggregate, a query by one of its own projection. */
function checkWhole(
  registry: Registry,
  group: HandlerGroup,
  target: ElementDefinition,
  whole: ElementDefinition | undefined,
  report: Report,
): void {
  const { partOf: ref } = target
  if (ref === undefined || whole === undefined) return
  const own = attempt(
    () => registry.resolve(ref, ['aggregate', 'projection']),
    target.name,
    () => undefined,
  )
  if (own === undefined || own === whole) return
  report({
    code: 'HANDLER_OF_OTHER',
    element: group.name,
    message: `is part of ${whole.name}, but ${target.name} is part of ${own.name}.`,
    fix: `Handle it in a handler of ${own.name}.`,
  })
}

/** The element that a group belongs to, where it must or may name one. */
function partOf(registry: Registry, group: HandlerGroup, report: Report): ElementDefinition | undefined {
  const option = group.kind === 'projector' ? 'projectorFor' : 'partOf'
  const kinds: readonly ElementKind[] = group.kind === 'projector' || group.kind === 'query handler' ? ['projection'] : ['aggregate']
  const ref = group.options[option] as ElementRef | undefined
  if (ref === undefined) {
    if (group.kind === 'event handler' && group.options.streamCategory !== undefined) return undefined
    report({
      code: 'PART_OF_MISSING',
      element: group.name,
      message: `is a ${group.kind} of nothing.`,
      fix: `Add { ${option}: … } with its ${kinds[0]}.`,
    })
    return undefined
  }
  const whole = attempt(() => registry.resolve(ref, kinds), group.name, report)
  if (whole !== undefined && !kinds.includes(whole.kind)) {
    report({
      code: 'PART_OF_INVALID',
      element: group.name,
      message: `is a ${group.kind} of ${whole.name}, which is no ${kinds[0]}.`,
      fix: `Name ${kinds[0] === 'aggregate' ? 'an' : 'a'} ${kinds[0]} in ${option}.`,
    })
    return undefined
  }
  return whole
}

/** Runs a lookup; what it complains about is reported as a problem of `element`. */
export function attempt<Result>(lookup: () => Result, element: string, report: Report): Result | undefined {
  try {
    return lookup()
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error
    for (const problem of error.problems) report({ ...problem, element, message: `refers to ${problem.element}, which ${problem.message}` })
    return undefined
  }
}
