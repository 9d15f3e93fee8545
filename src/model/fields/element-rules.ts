import { IncorrectUsageError, ValidationError } from '../../errors.ts'
import type { JsonValue } from '../../util/json.ts'
import { isPlainObject } from '../../util/plain.ts'
import type { ElementLookup, ElementRef, TargetElement } from '../element-ref.ts'
import type { ValueRule } from '../field-spec.ts'
import { refuse } from './text-rules.ts'

/** An embedded element: an instance, or plain data to make one of; issues inside it carry the path to them. */
export function embeddedRule(target: ElementRef, lookup?: ElementLookup): ValueRule {
  let found: TargetElement | undefined
  const element = (): TargetElement => {
    if (lookup === undefined) throw new IncorrectUsageError('This field is not part of an element yet.')
    found ??= lookup.target(target)
    return found
  }
  return {
    target,
    coerce(input, path, issues) {
      if (element().isInstance(input)) return input
      if (!isPlainObject(input)) return refuse(issues, path, 'TYPE', `must be a ${element().name}`)
      try {
        return element().create(input)
      } catch (error) {
        if (!(error instanceof ValidationError)) throw error
        for (const issue of error.issues) issues.push({ ...issue, path: issue.path === '_entity' ? path : `${path}.${issue.path}` })
        return undefined
      }
    },
    toPlain: (value) => (value as { toObject(): JsonValue }).toObject(),
    fromPlain: (plain) => element().fromPlain(plain),
    bind: (to) => embeddedRule(target, to),
  }
}

/** The identity of another object: its text, or the object itself. */
export function referenceRule(target: ElementRef, identity: ValueRule, lookup?: ElementLookup): ValueRule {
  return {
    ...identity,
    target,
    coerce(input, path, issues) {
      if (lookup !== undefined && typeof input === 'object' && input !== null && lookup.target(target).isInstance(input)) {
        return identity.coerce((input as { _id: unknown })._id, path, issues)
      }
      return identity.coerce(input, path, issues)
    },
    bind: (to) => referenceRule(target, identity, to),
  }
}

/** Adds to a rule the states that may follow each state. */
export function withTransitions(rule: ValueRule, transitions: Readonly<Record<string, readonly string[] | undefined>>): ValueRule {
  return { ...rule, transitions: new Map(Object.entries(transitions).map(([from, to]) => [from, to ?? []])) }
}
