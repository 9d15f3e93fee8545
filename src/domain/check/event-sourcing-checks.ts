import { isAsync } from '../../model/atomic.ts'
import type { ElementDefinition } from '../../model/definition.ts'
import { definitionOf } from '../../model/definition.ts'
import { isFactEvent } from '../../model/fact-event.ts'
import type { FieldSpec } from '../../model/field-spec.ts'
import type { Registry } from '../registry.ts'
import { entitiesOf } from './closure.ts'
import type { ProblemLog, Report } from './problem-log.ts'
import { findElement } from './references.ts'

/** Aggregates whose state comes from their events: every event has its `applies`, and nothing is declared that would need a table. */
export function checkEventSourcing(registry: Registry, log: ProblemLog): void {
  for (const aggregate of registry.ofKind('aggregate')) {
    const report = log.on(aggregate)
    checkDeclared(registry, aggregate, report)
    if (aggregate.options.eventSourced === false && aggregate.isEventSourced) contradiction(aggregate, report)
    if (!aggregate.isEventSourced) continue
    if (!aggregate.isAbstract) checkComplete(registry, aggregate, report)
    checkStorage(aggregate, report)
    for (const entity of aggregate.isAbstract ? [] : entitiesOf(aggregate)) checkStorage(entity, log.on(entity))
  }
}

function checkDeclared(registry: Registry, aggregate: ElementDefinition, report: Report): void {
  const { declared } = aggregate.applies
  if (declared.length > 0 && !aggregate.isEventSourced) {
    report({
      code: 'APPLIES_NOT_SOURCED',
      element: aggregate.name,
      message: 'says what events do to it, but is stored as it is.',
      fix: 'Declare it with { eventSourced: true }, or change it in its methods and remove applies().',
    })
  }
  for (const { event, apply } of declared) {
    const definition = definitionOf(event)
    const owner = definition?.kind === 'event' ? findElement(registry, definition.partOf, ['aggregate']) : undefined
    const what = definition?.name ?? String(event)
    if (definition?.kind !== 'event' || (owner !== undefined && !owner.isA(aggregate) && !aggregate.isA(owner))) {
      report({
        code: 'APPLY_TARGET',
        element: aggregate.name,
        message:
          definition?.kind === 'event'
            ? `applies ${what}, which is an event of ${owner?.name}.`
            : `applies ${what}, which is no event class.`,
        fix: `Name an event declared with { partOf: '${aggregate.name}' } in applies(), and declare it above the aggregate.`,
      })
    }
    if (typeof apply !== 'function' || isAsync(apply)) {
      report({
        code: 'APPLY_FUNCTION',
        element: aggregate.name,
        message: `applies ${what} with ${typeof apply === 'function' ? 'an async function' : 'something that is not a function'}.`,
        fix: 'Write a function that sets state from the event, and nothing else. What must be looked up is looked up in the handler, and put into the event.',
      })
    }
  }
}

/** Reports every event that could be raised or be read, and would then find nothing that applies it. */
function checkComplete(registry: Registry, aggregate: ElementDefinition, report: Report): void {
  for (const event of registry.ofKind('event')) {
    // It tells the state, and does not make it.
    const owner = event.isAbstract || isFactEvent(event) ? undefined : findElement(registry, event.partOf, ['aggregate'])
    if (owner === undefined || !aggregate.isA(owner) || aggregate.applies.of(event).length > 0) continue
    report({
      code: 'APPLY_MISSING',
      element: aggregate.name,
      message: `does not say what ${event.name} does to it.`,
      fix: `Add static { this.applies(${event.name}, (aggregate, event) => { … }) }, with an empty function if it changes nothing.`,
    })
  }
}

function contradiction(aggregate: ElementDefinition, report: Report): void {
  report({
    code: 'EVENT_SOURCED_INHERITED',
    element: aggregate.name,
    message: `is declared with { eventSourced: false }, but extends ${aggregate.parent?.name}, which is event-sourced.`,
    fix: 'Leave the option out, or extend something that is not event-sourced.',
  })
}

function checkStorage(element: ElementDefinition, report: Report): void {
  for (const option of ['schemaName', 'indexes'] as const) {
    if (element.options[option] === undefined) continue
    report({
      code: 'EVENT_SOURCED_OPTION',
      element: element.name,
      message: `has { ${option} }, but is event-sourced and has no table.`,
      fix: `Remove ${option}; what is searched for belongs in a projection.`,
    })
  }
  for (const [name, spec] of element.fields) {
    const why = needOfTable(element, name, spec)
    if (why === undefined) continue
    report({
      code: 'EVENT_SOURCED_FIELD',
      element: `${element.name}.${name}`,
      message: `${why.message}, but is event-sourced and has no table.`,
      fix: why.fix,
    })
  }
}

function needOfTable(element: ElementDefinition, name: string, { kind, settings, hasDefault }: FieldSpec) {
  if (settings.unique === true && name !== element.identifier)
    return { message: 'is unique', fix: 'Keep it in a projection with a unique field, and look there in the command handler.' }
  if (settings.increment === true) return { message: 'is numbered by the database', fix: 'Put the number into an event.' }
  if (settings.autoNow === true || settings.autoNowAdd === true)
    return { message: 'is stamped when it is saved', fix: 'Put the time into the event, and set the field in what applies it.' }
  if (kind === 'auto' && name !== element.identifier && !hasDefault)
    return { message: 'is made up when it is constructed', fix: 'Use field.identifier(), and set it from an event.' }
  return undefined
}
