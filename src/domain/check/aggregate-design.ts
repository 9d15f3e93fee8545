import { entitiesOf } from './closure.ts'
import type { Rule } from './finding.ts'

export const largeAggregates: Rule = ({ elements, settings }) => {
  const limit = settings.lint.aggregateSizeLimit
  return elements.flatMap((element) => {
    const entities = element.kind === 'aggregate' ? entitiesOf(element) : []
    if (entities.length <= limit) return []
    return {
      subject: element,
      message: `contains ${entities.length} entities (${entities.map(({ name }) => name).join(', ')}), more than ${limit}.`,
      fix: 'Make aggregates of those that have a life of their own, and hold their identities; or raise aggregate_size_limit.',
    }
  })
}

export const broadHandlers: Rule = ({ registry, settings }) => {
  const limit = settings.lint.handlerBreadthLimit
  return registry.groups.flatMap((group) => {
    const handled = new Set(group.entries.map(({ target }) => target)).size
    if (handled <= limit) return []
    return {
      subject: group,
      message: `handles ${handled} messages, more than ${limit}.`,
      fix: 'Split it by what the messages are about, or raise handler_breadth_limit.',
    }
  })
}

export const emptyEvents: Rule = ({ elements }) =>
  elements
    .filter(({ kind, fields }) => kind === 'event' && fields.size === 0)
    .map((event) => ({
      subject: event,
      message: 'has no fields.',
      fix: 'Give it the identity of its aggregate, and what its handlers need to know.',
    }))

export const aggregatesWithoutRules: Rule = ({ elements }) =>
  elements
    .filter(({ kind }) => kind === 'aggregate')
    .filter((aggregate) =>
      [aggregate, ...entitiesOf(aggregate)].every((part) => part.invariants('pre').length + part.invariants('post').length === 0),
    )
    .map((aggregate) => ({
      subject: aggregate,
      message: 'has no invariants, nor has anything that it contains.',
      fix: `Write what always holds: static { this.invariant('…', (${aggregate.name.charAt(0).toLowerCase()}${aggregate.name.slice(1)}) => …) }.`,
    }))
