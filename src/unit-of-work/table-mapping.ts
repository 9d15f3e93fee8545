import type { ElementDefinition } from '../model/definition.ts'
import type { IndexOptions } from '../model/element-options.ts'
import type { ElementRef } from '../model/element-ref.ts'
import type { FieldSpec } from '../model/field-spec.ts'
import type { ClusterSchema, ColumnSchema, IndexSchema, Row, TableSchema, UniqueSchema } from '../ports/table.ts'
import { snakeCase } from '../util/names.ts'
import type { FieldMapping } from './field-mapping.ts'
import { mapField } from './field-mapping.ts'

/** How one element is laid out in a table, and its children in theirs. Made once per element. */
export interface TableMapping {
  readonly definition: ElementDefinition
  readonly table: TableSchema
  readonly cluster: ClusterSchema
  readonly fields: readonly FieldMapping[]
  /** A row with nothing in it, to be copied: it has its final shape from the start. */
  readonly emptyRow: Row
  /** The same for the values by field. */
  readonly noValues: Readonly<Record<string, undefined>>
  /** Column by field path: `total`, `price.currency`. */
  readonly columns: ReadonlyMap<string, ColumnSchema>
  readonly children: readonly ChildMapping[]
}

export interface ChildMapping {
  readonly field: string
  readonly many: boolean
  readonly mapping: TableMapping
}

export const VERSION_COLUMN = '_version'
/** Named by the framework, so that a child may have a field for its parent's identity too. */
const PARENT_COLUMN = '_parent_id'
export const ORDER_COLUMN = '_position'

/** Lays out an element and everything that it contains. `parent` is the layout of what contains it. */
export function mapTable(definition: ElementDefinition, parent?: { readonly table: string }, name = tableName(definition)): TableMapping {
  const fields = [...definition.fields].filter(([, spec]) => !spec.isAssociation).map(([field, spec]) => mapField(definition, field, spec))
  const primaryKey = columnOf(definition, definition.identifier as string)
  const columns = [...fields.flatMap((field) => field.columns), ...frameworkColumns(definition, parent)]
  const byField = new Map(columns.map((column) => [column.field, column]))
  const table: TableSchema = {
    name,
    element: definition.name,
    columns,
    primaryKey,
    versionColumn: definition.kind === 'aggregate' ? VERSION_COLUMN : undefined,
    parent: parent && { table: parent.table, column: PARENT_COLUMN, orderColumn: ORDER_COLUMN },
    uniques: uniquesOf(definition, name, byField),
    indexes: indexesOf(definition, name, byField),
  }
  const children = definition.associations.map(([field, spec]) => ({
    field,
    many: spec.kind === 'hasMany',
    mapping: mapTable(targetOf(definition, spec), { table: name }, childTable(definition, field, spec)),
  }))
  return {
    definition,
    table,
    fields,
    emptyRow: Object.fromEntries(columns.map(({ name: column }) => [column, null])),
    noValues: Object.fromEntries([...definition.fields.keys()].map((field) => [field, undefined])),
    columns: byField,
    children,
    cluster: { table, children: children.map((child) => child.mapping.cluster) },
  }
}

function tableName(definition: ElementDefinition): string {
  return (definition.options.schemaName as string | undefined) ?? snakeCase(definition.name)
}

export function targetOf(definition: ElementDefinition, spec: FieldSpec): ElementDefinition {
  return definition.scope.target(spec.rule.target as ElementRef) as ElementDefinition
}

function columnOf(definition: ElementDefinition, field: string): string {
  return definition.fields.get(field)?.settings.column ?? snakeCase(field)
}

/** Two fields that contain the same kind of entity keep theirs in tables of their own. */
function childTable(definition: ElementDefinition, field: string, spec: FieldSpec): string {
  const target = targetOf(definition, spec)
  const isShared = definition.associations.filter(([, other]) => targetOf(definition, other) === target).length > 1
  return isShared ? `${tableName(target)}_${snakeCase(field)}` : tableName(target)
}

function frameworkColumns(definition: ElementDefinition, parent: { readonly table: string } | undefined): ColumnSchema[] {
  const columns: ColumnSchema[] = []
  if (definition.kind === 'aggregate') columns.push({ name: VERSION_COLUMN, type: 'integer', required: true, field: VERSION_COLUMN })
  if (parent !== undefined) {
    columns.push({ name: PARENT_COLUMN, type: 'text', required: true, field: '_owner' })
    columns.push({ name: ORDER_COLUMN, type: 'integer', required: true, field: ORDER_COLUMN })
  }
  return columns
}

function declaredIndexes(definition: ElementDefinition): readonly IndexOptions[] {
  return (definition.options.indexes as readonly IndexOptions[] | undefined) ?? []
}

function uniquesOf(definition: ElementDefinition, table: string, columns: ReadonlyMap<string, ColumnSchema>): UniqueSchema[] {
  const single = [...definition.fields]
    .filter(([field, spec]) => spec.settings.unique === true && field !== definition.identifier)
    .map(([field]) => ({ fields: [field], name: undefined }))
  const composite = declaredIndexes(definition).filter((index) => index.unique === true)
  return [...single, ...composite].map(({ fields, name }) => {
    const names = fields.map((field) => columns.get(field)?.name ?? field)
    return { name: name ?? `uq_${table}_${names.join('_')}`, columns: names, fields }
  })
}

function indexesOf(definition: ElementDefinition, table: string, columns: ReadonlyMap<string, ColumnSchema>): IndexSchema[] {
  const column = (field: string) => columns.get(field)?.name ?? field
  return declaredIndexes(definition)
    .filter((index) => index.unique !== true)
    .map((index) => ({
      name: index.name ?? `ix_${table}_${index.fields.map(column).join('_')}`,
      columns: index.fields.map((field) => ({ name: column(field), descending: index.descending?.includes(field) ?? false })),
      include: (index.include ?? []).map(column),
    }))
}
