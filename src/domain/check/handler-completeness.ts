import { categoryOf } from '../../handlers/message-factory.ts'
import type { ElementDefinition } from '../../model/definition.ts'
import type { ElementRef } from '../../model/element-ref.ts'
import type { Registry } from '../registry.ts'
import type { Rule } from './finding.ts'
import { findElement } from './references.ts'

export const unhandledEvents: Rule = ({ registry, elements, handlers }) =>
  elements
    .filter(({ kind, options }) => kind === 'event' && options.published !== true)
    // An event of these does something by itself: it is the state.
    .filter((event) => findElement(registry, event.partOf, ['aggregate'])?.isEventSourced !== true)
    .filter((event) => categoriesOf(registry, event).every((category) => handlers.ofEvent(event, category).length === 0))
    .map((event) => ({
      subject: event,
      message: 'is an event that nothing handles.',
      fix: `Handle it in an event handler or a projector, mark it { published: true }, or { suppressChecks: ['UNHANDLED_EVENT'] } if it is a record only.`,
    }))

/** Where it may be stored: an event of an abstract aggregate is raised by those that extend it. The last is that of nothing, for who handles it by class. */
function categoriesOf(registry: Registry, event: ElementDefinition): readonly string[] {
  const aggregate = findElement(registry, event.partOf, ['aggregate'])
  const raising = registry.ofKind('aggregate').filter((other) => aggregate !== undefined && !other.isAbstract && other.isA(aggregate))
  return [...raising.map(categoryOf), '']
}

/** Where the modules are known: an event of which none of them makes an instance. */
export const unraisedEvents: Rule = ({ elements, sources }) => {
  if (sources.length === 0) return []
  const text = sources.map((source) => source.text).join('\n')
  return elements
    .filter(({ kind, name, cls }) => kind === 'event' && ![name, cls.name].some((known) => makes(known).test(text)))
    .map((event) => ({
      subject: event,
      message: 'is an event that no module of the domain raises.',
      fix: `Raise it in the behaviour of its aggregate: this.raise(new ${event.cls.name}({ … })).`,
    }))
}

function makes(cls: string): RegExp {
  return new RegExp(`\\bnew\\s+(?:[\\w$]+\\.)*${cls.replaceAll('$', '\\$')}\\b`)
}

export const publishedNowhere: Rule = ({ elements, settings }) => {
  if (settings.outbox.externalBrokers.length > 0) return []
  return elements
    .filter(({ kind, options }) => kind === 'event' && options.published === true)
    .map((event) => ({
      subject: event,
      message: 'is published, but no external broker is configured.',
      fix: 'Name brokers in outbox.external_brokers, or leave { published } out.',
    }))
}

/** Commands, reactions and use cases all change aggregates. */
export const unreachableAggregates: Rule = ({ registry, elements }) => {
  const owners = [
    ...registry.groups.filter(({ kind }) => kind === 'command handler' || kind === 'event handler'),
    ...registry.services,
  ].flatMap(({ options }) => (options.partOf ?? []) as ElementRef | readonly ElementRef[])
  const changed = new Set(owners.map((ref) => findElement(registry, ref, ['aggregate'])))
  return elements
    .filter((element) => element.kind === 'aggregate' && !changed.has(element))
    .map((aggregate) => ({
      subject: aggregate,
      message: 'has no command handler, nor an event handler or service that could change it.',
      fix: `Declare domain.commandHandler('${aggregate.name}CommandHandler', { partOf: ${aggregate.name} }).`,
    }))
}

export const unfilledProjections: Rule = ({ registry, elements }) => {
  const filled = new Set(
    registry.groups
      .filter(({ kind, entries }) => kind === 'projector' && entries.length > 0)
      .map(({ options }) => findElement(registry, options.projectorFor, ['projection'])),
  )
  return elements
    .filter((element) => element.kind === 'projection' && element.options.externallyPopulated !== true && !filled.has(element))
    .map((projection) => ({
      subject: projection,
      message: 'is a projection that no projector fills.',
      fix: `Declare domain.projector('${projection.name}Projector', { projectorFor: ${projection.name} }), or say { externallyPopulated: true }.`,
    }))
}

export const idleQueryHandlers: Rule = ({ registry }) =>
  registry.groups
    .filter(({ kind, entries }) => kind === 'query handler' && entries.length === 0)
    .map((group) => ({
      subject: group,
      message: 'is a query handler that answers no query.',
      fix: 'Add .handle(Query, …), or remove it.',
    }))
