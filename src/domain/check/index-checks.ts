import { isProteanError } from '../../errors.ts'
import type { ElementDefinition } from '../../model/definition.ts'
import type { IndexOptions } from '../../model/element-options.ts'
import { indexCondition } from '../../unit-of-work/index-condition.ts'
import type { TableMapping } from '../../unit-of-work/table-mapping.ts'
import { nearest } from '../../util/nearest.ts'
import { isPlainObject } from '../../util/plain.ts'
import type { Report } from './problem-log.ts'

/** The names in use, by database, and whose they are. */
export type Taken = Map<string, ElementDefinition>

/** Two elements of one kind and name in one domain, which is reported as such. */
export function isDeclaredTwice(element: ElementDefinition, other: ElementDefinition): boolean {
  return element !== other && element.kind === other.kind && element.name === other.name && element.scope === other.scope
}

/** Indexes are on fields that have columns, under conditions that a database can keep with them. */
export function checkIndexes(mapping: TableMapping, report: Report): void {
  const { definition, columns } = mapping
  for (const [position, index] of indexesOf(definition.options.indexes).entries()) {
    const { fields, descending = [], include = [], where } = index
    if (where !== undefined) checkCondition(mapping, fields, where, report)
    const paths = [...new Set([...fields, ...descending, ...include])]
    for (const path of paths.filter((path) => !columns.has(path))) {
      report({
        code: 'INDEX_FIELD_UNKNOWN',
        element: definition.name,
        message: `has an index on ${path}, which is not a field with a column of its own.`,
        fix: suggestion(path, [...columns.keys()]),
      })
    }
    const stray = descending.filter((path) => !fields.includes(path))
    if (fields.length > 0 && stray.length === 0) continue
    report({
      code: 'INDEX_INVALID',
      element: definition.name,
      message:
        fields.length === 0
          ? `has an index (number ${position + 1}) on no field.`
          : `sorts an index by ${stray.join(', ')}, which is not in it.`,
      fix: fields.length === 0 ? "Write { fields: ['…'] }." : `Add it to fields, which are ${fields.join(', ')}.`,
    })
  }
}

function checkCondition(mapping: TableMapping, fields: readonly string[], where: object, report: Report): void {
  try {
    indexCondition(mapping, where)
  } catch (error) {
    if (!isProteanError(error)) throw error
    report({
      code: 'INDEX_CONDITION_INVALID',
      element: mapping.definition.name,
      message: `has an index on ${fields.join(', ')} with a condition that cannot be: ${error.message}`,
      fix: 'Correct its { where }, or leave it out to index everything.',
    })
  }
}

/** Names of indexes are unique in a database, not only in a table. */
export function checkIndexNames({ definition, table }: TableMapping, place: string, taken: Taken, report: Report): void {
  for (const { name } of [...table.uniques, ...table.indexes]) {
    const key = `${place} ${name.toLowerCase()}`
    const other = taken.get(key)
    taken.set(key, definition)
    if (other === undefined || isDeclaredTwice(definition, other)) continue
    report({
      code: 'INDEX_NAME_TAKEN',
      element: definition.name,
      message: `has an index ${name}, as ${other === definition ? 'another of its indexes is called' : `${other.name} has`}.`,
      fix: 'Remove one of them, or give it another { name }.',
    })
  }
}

/** What query results are ordered by when they are asked for in no order. */
export function checkOrder({ definition, columns }: TableMapping, report: Report): void {
  const { orderBy } = definition.options
  if (!Array.isArray(orderBy)) return
  for (const path of orderBy.map((term) => String(term).replace(/^-/, ''))) {
    if (columns.has(path)) continue
    report({
      code: 'ORDER_FIELD_UNKNOWN',
      element: definition.name,
      message: `is ordered by ${path}, which is not a field with a column of its own.`,
      fix: suggestion(path, [...columns.keys()]),
    })
  }
}

/** The declared indexes that have the shape of one; the others are reported with the options. */
function indexesOf(declared: unknown): readonly IndexOptions[] {
  return Array.isArray(declared) ? declared.filter(isIndex) : []
}

/** What an index is declared by, as `INDEXES` says it. */
const OPTIONS: readonly string[] = ['fields', 'name', 'unique', 'descending', 'include', 'where'] satisfies readonly (keyof IndexOptions)[]

export function isIndex(value: unknown): value is IndexOptions {
  const isNames = (names: unknown) => Array.isArray(names) && names.every((name) => typeof name === 'string')
  if (!isPlainObject(value) || !isNames(value.fields)) return false
  if (Object.keys(value).some((option) => !OPTIONS.includes(option))) return false
  if (value.unique !== undefined && typeof value.unique !== 'boolean') return false
  if (value.name !== undefined && (typeof value.name !== 'string' || value.name === '')) return false
  if (value.where !== undefined && (typeof value.where !== 'object' || value.where === null)) return false
  return [value.descending, value.include].every((names) => names === undefined || isNames(names))
}

function suggestion(path: string, paths: readonly string[]): string {
  const own = paths.filter((name) => !/(^|\.)_/.test(name))
  const meant = nearest(path, own)
  return meant === undefined ? `There are ${own.join(', ')}.` : `Did you mean ${meant}?`
}
