/**
 * Turns conditions, which speak of fields and values of the domain, into criteria, which speak of columns and rows. Everything is checked here,
 * when the condition is given: names, lookups, operands. The criteria keep nothing that the caller could still change.
 */
import { definitionOfInstance } from '../../model/definition.ts'
import type { Criteria, Lookup } from '../../ports/criteria.ts'
import { EVERYTHING } from '../../ports/criteria.ts'
import type { ColumnValue } from '../../ports/table.ts'
import { isPlainObject } from '../../util/plain.ts'
import type { ChildMapping, TableMapping } from '../table-mapping.ts'
import { checkLookup } from './applicable-lookups.ts'
import { CombinedCondition } from './condition.ts'
import { admitOperand, admitOperands, nameOf, refuseAbsent, refuseUndefined } from './operand.ts'
import type { QueryField } from './query-field.ts'
import { cellsOf, columnOf, followPath, presenceOf } from './query-field.ts'
import { refuse, refuseUnknown } from './refusal.ts'

/** `prefix` leads from the query's element to the mapping's, for messages. */
export function buildCriteria(mapping: TableMapping, condition: unknown, prefix = ''): Criteria {
  if (condition instanceof CombinedCondition) {
    const terms = condition.terms.map((term) => buildCriteria(mapping, term, prefix))
    if (condition.op === 'not') return negated(terms[0] ?? EVERYTHING)
    return condition.op === 'and' ? allOf(terms) : anyOf(terms)
  }
  if (!isPlainObject(condition)) {
    const given = definitionOfInstance(condition)?.name ?? (condition === null ? 'null' : typeof condition)
    return refuse(
      'QUERY_INVALID_CONDITION',
      `A condition on ${mapping.definition.name} is an object such as { ${firstField(mapping)}: … }, or made by and(), or() and not(); this is ${given}.`,
    )
  }
  return allOf(Object.keys(condition).map((path) => buildMatch(mapping, path, condition[path], prefix)))
}

export function allOf(terms: readonly Criteria[]): Criteria {
  const [only] = terms
  return only !== undefined && terms.length === 1 ? only : { op: 'and', terms }
}

function anyOf(terms: readonly Criteria[]): Criteria {
  const [only] = terms
  return only !== undefined && terms.length === 1 ? only : { op: 'or', terms }
}

export function negated(term: Criteria): Criteria {
  return { op: 'not', term }
}

function buildMatch(mapping: TableMapping, path: string, match: unknown, prefix: string): Criteria {
  const target = followPath(mapping, path, prefix)
  if ('child' in target) {
    const { child, rest } = target
    const inside = `${prefix}${child.field}.`
    return rest === undefined
      ? buildChildMatch(mapping, child, match, prefix)
      : { op: 'some', child: child.mapping.table, where: buildMatch(child.mapping, rest, match, inside) }
  }
  const { field } = target
  if (match === undefined) return refuseUndefined(nameOf(field))
  if (match === null) return absent(field)
  if (!isPlainObject(match)) return compare(field, 'eq', match, bareListHint)
  const lookups = Object.keys(match)
  if (lookups.length === 0) {
    return refuse(
      'QUERY_INVALID_CONDITION',
      `${nameOf(field)} has a condition without a lookup. Write { eq: … } to compare with an object.`,
    )
  }
  return allOf(lookups.map((lookup) => compare(field, checkLookup(field, lookup), match[lookup])))
}

function buildChildMatch(mapping: TableMapping, child: ChildMapping, match: unknown, prefix: string): Criteria {
  const name = `${mapping.definition.name}.${prefix}${child.field}`
  if (match === undefined) return refuseUndefined(name)
  const any: Criteria = { op: 'some', child: child.mapping.table, where: EVERYTHING }
  if (match === null && !child.many) return negated(any)
  if (!isPlainObject(match)) {
    const fix = child.many ? '' : ', or null for no child'
    return refuse(
      'QUERY_INVALID_OPERAND',
      `${name} contains entities: write { some: { … } }${fix}, or name their data: '${child.field}.${firstField(child.mapping)}'.`,
    )
  }
  const known = child.many ? ['some'] : ['some', 'isNull']
  const terms = Object.keys(match).map((lookup) => {
    if (lookup === 'some') {
      const where = buildCriteria(child.mapping, match.some, `${prefix}${child.field}.`)
      return { op: 'some' as const, child: child.mapping.table, where }
    }
    if (!known.includes(lookup)) refuseUnknown('QUERY_UNKNOWN_LOOKUP', name, lookup, known)
    return isNullOperand(name, match.isNull) ? negated(any) : any
  })
  return terms.length > 0 ? allOf(terms) : refuse('QUERY_INVALID_CONDITION', `${name} has an empty condition: write { some: { … } }.`)
}

function compare(field: QueryField, lookup: Lookup, input: unknown, hint?: (field: QueryField, input: unknown) => void): Criteria {
  if (lookup === 'isNull') return isNullOperand(nameOf(field), input) ? absent(field) : negated(absent(field))
  if (lookup === 'in') return within(field, admitOperands(field, lookup, input))
  if (lookup === 'eq' && input === null) return absent(field)
  if (lookup === 'ne' && input === null) return negated(absent(field))
  refuseAbsent(field, lookup, input)
  hint?.(field, input)
  if (lookup === 'overlap') return onColumn(field, lookup, admitOperands(field, lookup, input) as readonly ColumnValue[])
  const value = admitOperand(field, lookup, input)
  if (lookup === 'eq') return equal(field, value)
  if (lookup !== 'ne') return onColumn(field, lookup, value as ColumnValue)
  return allOf([negated(absent(field)), negated(equal(field, value))])
}

function within(field: QueryField, values: readonly unknown[]): Criteria {
  if (field.spec.kind === 'valueObject') return { op: 'or', terms: values.map((value) => equal(field, value)) }
  return onColumn(
    field,
    'in',
    values.flatMap((value) => cellsOf(field, value).map((cell) => cell.value)),
  )
}

function equal(field: QueryField, value: unknown): Criteria {
  return allOf(
    cellsOf(field, value).map((cell) =>
      cell.value === null
        ? { op: 'compare', column: cell.column.name, lookup: 'isNull', value: true }
        : { op: 'compare', column: cell.column.name, lookup: 'eq', value: cell.value },
    ),
  )
}

function absent(field: QueryField): Criteria {
  const { column, flag } = presenceOf(field)
  return flag
    ? negated({ op: 'compare', column: column.name, lookup: 'eq', value: true })
    : { op: 'compare', column: column.name, lookup: 'isNull', value: true }
}

function onColumn(field: QueryField, lookup: Lookup, value: ColumnValue | readonly ColumnValue[]): Criteria {
  return { op: 'compare', column: columnOf(field.mapping, field.path).name, lookup, value }
}

function isNullOperand(name: string, input: unknown): boolean {
  return typeof input === 'boolean' ? input : refuse('QUERY_INVALID_OPERAND', `"isNull" on ${name} takes true or false.`)
}

function bareListHint(field: QueryField, input: unknown): void {
  if (Array.isArray(input) && field.spec.kind !== 'list' && field.spec.kind !== 'json')
    refuse('QUERY_INVALID_OPERAND', `${nameOf(field)} is compared with a list: write { in: [ … ] }.`)
}

function firstField(mapping: TableMapping): string {
  return [...mapping.definition.fields.keys()][0] ?? 'field'
}
