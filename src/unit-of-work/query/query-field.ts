import { NotSupportedError } from '../../errors.ts'
import type { ElementDefinition } from '../../model/definition.ts'
import type { FieldSpec } from '../../model/field-spec.ts'
import type { ColumnSchema, ColumnValue } from '../../ports/table.ts'
import type { ChildMapping, TableMapping } from '../table-mapping.ts'
import { targetOf } from '../table-mapping.ts'
import { refuseUnknown } from './refusal.ts'

/** One piece of data that a table holds, as wide as a value object or as narrow as one of its parts. */
export interface QueryField {
  readonly mapping: TableMapping
  /** Where it is in its own element: `price.currency`. */
  readonly path: string
  /** The same seen from the query's element, for messages: `items.price.currency`. */
  readonly fullPath: string
  readonly spec: FieldSpec
}

/** What a path leads to: data of the table itself, or children, with the path that goes on inside them. */
export type PathTarget = { readonly field: QueryField } | { readonly child: ChildMapping; readonly rest: string | undefined }

/** One column with the value that it holds for a field's value. */
export interface Cell {
  readonly column: ColumnSchema
  readonly value: ColumnValue
}

/** `prefix` leads from the query's element to the mapping's. Throws `IncorrectUsageError` (`QUERY_UNKNOWN_FIELD`) for a path to nowhere. */
export function followPath(mapping: TableMapping, path: string, prefix: string): PathTarget {
  const [head = '', ...rest] = path.split('.')
  const child = mapping.children.find(({ field }) => field === head)
  if (child !== undefined) return { child, rest: rest.length === 0 ? undefined : rest.join('.') }
  const { definition } = mapping
  let spec = specOf(definition, definition, head, '', prefix)
  let owner = definition
  let reached = head
  for (const part of rest) {
    if (spec.kind !== 'valueObject') refuseToGoOn(definition, spec, `${prefix}${reached}`, part)
    owner = targetOf(owner, spec)
    spec = specOf(definition, owner, part, `${reached}.`, prefix)
    reached = `${reached}.${part}`
  }
  return { field: { mapping, path, fullPath: `${prefix}${path}`, spec } }
}

/** The columns of a field with the values they hold for this value; undefined and null are absent. */
export function cellsOf({ mapping, path, spec }: Pick<QueryField, 'mapping' | 'path' | 'spec'>, value: unknown): Cell[] {
  const absent = value === undefined || value === null
  if (spec.kind === 'valueObject') {
    const cells = partsOf({ mapping, path, spec }).flatMap((part) =>
      cellsOf(part, absent ? undefined : (value as Record<string, unknown>)[part.name]),
    )
    const presence = mapping.columns.get(`${path}._present`)
    return presence === undefined ? cells : [...cells, { column: presence, value: !absent }]
  }
  const column = columnOf(mapping, path)
  if (absent) return [{ column, value: null }]
  return [{ column, value: column.type === 'json' ? spec.rule.toPlain(value) : (value as ColumnValue) }]
}

/** The column that tells whether a field has a value, and whether it tells so by being true rather than by being there. */
export function presenceOf(field: Pick<QueryField, 'mapping' | 'path' | 'spec'>): {
  readonly column: ColumnSchema
  readonly flag: boolean
} {
  const { mapping, path, spec } = field
  const flag = mapping.columns.get(`${path}._present`)
  if (flag !== undefined) return { column: flag, flag: true }
  if (spec.kind !== 'valueObject') return { column: columnOf(mapping, path), flag: false }
  const telling = partsOf(field).find((part) => part.spec.isRequired && part.spec.kind !== 'valueObject')
  return { column: columnOf(mapping, telling?.path ?? path), flag: false }
}

/** The only column of a field that is no value object. */
export function columnOf(mapping: TableMapping, path: string): ColumnSchema {
  return mapping.columns.get(path) as ColumnSchema
}

/** The parts of a value object. */
function partsOf({ mapping, path, spec }: Pick<QueryField, 'mapping' | 'path' | 'spec'>) {
  const target = targetOf(mapping.definition, spec)
  return [...target.fields].map(([name, part]) => ({ mapping, name, path: `${path}.${name}`, spec: part }))
}

function specOf(root: ElementDefinition, owner: ElementDefinition, name: string, inside: string, prefix: string): FieldSpec {
  const spec = owner.fields.get(name)
  if (spec !== undefined) return spec
  const known = [...owner.fields.keys()].map((field) => `${prefix}${inside}${field}`)
  return refuseUnknown('QUERY_UNKNOWN_FIELD', root.name, `${prefix}${inside}${name}`, known)
}

function refuseToGoOn(definition: ElementDefinition, spec: FieldSpec, reached: string, part: string): never {
  const what = `${definition.name} cannot be queried by "${reached}.${part}"`
  if (spec.kind === 'json' || spec.kind === 'dict' || spec.kind === 'list') {
    throw new NotSupportedError(
      `${what}: ${reached} is stored as JSON, whose insides are not searched. Keep what you search for in a field of its own.`,
      { code: 'QUERY_INSIDE_JSON' },
    )
  }
  if (spec.kind === 'reference') {
    throw new NotSupportedError(
      `${what}: ${reached} refers to another aggregate, which is stored apart. Query that one first, or keep a projection that has both.`,
      { code: 'QUERY_ACROSS_AGGREGATES' },
    )
  }
  return refuseUnknown('QUERY_UNKNOWN_FIELD', definition.name, `${reached}.${part}`, [reached])
}
