import type { Issue } from '../../errors.ts'
import type { FieldSpec } from '../../model/field-spec.ts'
import { floatRule } from '../../model/fields/number-rules.ts'
import type { Lookup } from '../../ports/criteria.ts'
import { frozenJson } from '../../util/plain.ts'
import type { QueryField } from './query-field.ts'
import { refuse } from './refusal.ts'

const ORDER: ReadonlySet<Lookup> = new Set<Lookup>(['gt', 'gte', 'lt', 'lte'])
const TEXT: ReadonlySet<Lookup> = new Set<Lookup>(['iexact', 'contains', 'icontains', 'startsWith', 'endsWith'])
/** What is wrong with the value itself, and not with storing it in the field. */
const UNUSABLE: ReadonlySet<string> = new Set(['TYPE', 'REQUIRED'])

const anyNumber = floatRule({})

/**
 * The value to compare a field with, coerced by the field's own rule: ISO text becomes a date, an instance its identity. Its limits (ranges, lengths,
 * choices) do not apply, since what is stored may be older than they are. Throws `ValidationError` with the path for what does not fit at all.
 */
export function admitOperand(field: QueryField, lookup: Lookup, input: unknown): unknown {
  const issues: Issue[] = []
  const value = coerce(field, lookup, input, issues)
  const serious = issues.filter(({ code }) => value === undefined || UNUSABLE.has(code))
  if (serious.length > 0) throw field.mapping.definition.invalid(serious)
  return value
}

/** The values of a lookup that takes a list. */
export function admitOperands(field: QueryField, lookup: 'in' | 'overlap', input: unknown): readonly unknown[] {
  const name = nameOf(field)
  if (!Array.isArray(input)) {
    return refuse('QUERY_INVALID_OPERAND', `"${lookup}" on ${name} takes a list: { ${lookup}: [${show(input)}] }.`)
  }
  return Array.from(input, (item: unknown, index) => {
    refuseAbsent(field, lookup, item, `[${index}]`)
    return admitOperand({ ...field, fullPath: `${field.fullPath}[${index}]` }, lookup, item)
  })
}

/** Refuses undefined and null where they would silently match nothing. */
export function refuseAbsent(field: QueryField, lookup: Lookup, input: unknown, at = ''): void {
  const name = `${nameOf(field)} (${lookup})${at}`
  if (input === undefined) refuseUndefined(name)
  if (input === null) {
    refuse('QUERY_INVALID_OPERAND', `${name} is compared with null, which nothing matches. Use { isNull: true } to find what is absent.`)
  }
}

export function refuseUndefined(name: string): never {
  refuse(
    'QUERY_UNDEFINED_VALUE',
    `${name} is compared with undefined. Leave the condition out when it does not matter, or use { isNull: true } to find what is absent.`,
  )
}

export function nameOf(field: QueryField): string {
  return `${field.mapping.definition.name}.${field.fullPath}`
}

function coerce(field: QueryField, lookup: Lookup, input: unknown, issues: Issue[]): unknown {
  const { spec, fullPath: path } = field
  if (TEXT.has(lookup)) {
    if (typeof input !== 'string') issues.push({ path, code: 'TYPE', message: 'must be text' })
    return input
  }
  // A whole number may lie between 1.5 and 2.5.
  if (ORDER.has(lookup) && isWholeNumber(spec)) return anyNumber.coerce(input, path, issues)
  if (lookup === 'any' || lookup === 'overlap') return coerceItem(spec.rule.item, input, path, issues)
  return spec.rule.coerce(input, path, issues)
}

/** List items are stored in their plain form, and that is what they are compared in. */
function coerceItem(item: FieldSpec | undefined, input: unknown, path: string, issues: Issue[]): unknown {
  if (item === undefined)
    return frozenJson(input, path, (at, what) => issues.push({ path: at, code: 'TYPE', message: `is no JSON but ${what}` }))
  const value = item.rule.coerce(input, path, issues)
  return value === undefined ? undefined : item.rule.toPlain(value)
}

function isWholeNumber(spec: FieldSpec): boolean {
  return spec.kind === 'integer' || spec.settings.increment === true
}

function show(value: unknown): string {
  return typeof value === 'string' ? `'${value}'` : typeof value === 'number' ? String(value) : '…'
}
