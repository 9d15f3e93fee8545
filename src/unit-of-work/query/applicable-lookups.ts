import { LOOKUPS } from '../../ports/check-selection.ts'
import type { Lookup } from '../../ports/criteria.ts'
import { nameOf } from './operand.ts'
import type { QueryField } from './query-field.ts'
import { columnOf } from './query-field.ts'
import { refuse, refuseUnknown } from './refusal.ts'

const EQUALITY: readonly Lookup[] = ['eq', 'ne', 'in', 'isNull']
const EVERY: readonly string[] = [...new Set([...LOOKUPS.text, ...LOOKUPS.json])]

/** The lookup of this name, if the field's kind of data has it. */
export function checkLookup(field: QueryField, lookup: string): Lookup {
  const applicable = lookupsOf(field)
  if (applicable.includes(lookup as Lookup)) return lookup as Lookup
  const name = nameOf(field)
  if (EVERY.includes(lookup)) {
    return refuse(
      'QUERY_LOOKUP_NOT_APPLICABLE',
      `"${lookup}" does not apply to ${name}, a field of kind ${field.spec.kind}. Use ${applicable.join(', ')}.`,
    )
  }
  if (field.spec.kind === 'valueObject') {
    return refuse(
      'QUERY_UNKNOWN_LOOKUP',
      `${name} is a value object and has no lookup "${lookup}". Name a part ('${field.fullPath}.${lookup}'), or compare all of it: { eq: … }.`,
    )
  }
  return refuseUnknown('QUERY_UNKNOWN_LOOKUP', name, lookup, applicable)
}

function lookupsOf(field: QueryField): readonly Lookup[] {
  if (field.spec.kind === 'valueObject' || field.spec.kind === 'dict') return EQUALITY
  return [...LOOKUPS[columnOf(field.mapping, field.path).type]]
}
