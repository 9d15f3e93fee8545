import type { ElementDefinition } from '../model/definition.ts'
import type { FieldSpec } from '../model/field-spec.ts'
import type { ColumnSchema, TableSchema } from '../ports/table.ts'
import { snakeCase } from '../util/names.ts'
import { mapField } from './field-mapping.ts'
import { mapIndexes } from './map-indexes.ts'
import type { TableMapping } from './table-mapping.ts'
import { ORDER_COLUMN, targetOf, VERSION_COLUMN } from './table-mapping.ts'

/** Named by the framework, so that a child may have a field for its parent's identity too. */
const PARENT_COLUMN = '_parent_id'

export interface LayoutOptions {
  /** `false` leaves the conditions of indexes out, for whoever has yet to check them. */
  readonly conditions?: boolean
}

interface Place {
  readonly name: string
  /** Table of what contains the element. */
  readonly parent?: string | undefined
}

/** Lays out an element and everything that it contains. Fails with `IncorrectUsageError` for a condition of an index that is none. */
export function mapTable(definition: ElementDefinition, options: LayoutOptions = {}): TableMapping {
  return layOut(definition, { name: tableName(definition) }, options)
}

function layOut(definition: ElementDefinition, { name, parent }: Place, options: LayoutOptions): TableMapping {
  const fields = [...definition.fields].filter(([, spec]) => !spec.isAssociation).map(([field, spec]) => mapField(definition, field, spec))
  const columns = [...fields.flatMap((field) => field.columns), ...frameworkColumns(definition, parent)]
  const bare: TableSchema = {
    name,
    element: definition.name,
    columns,
    primaryKey: columnOf(definition, definition.identifier as string),
    versionColumn: isVersioned(definition) ? VERSION_COLUMN : undefined,
    isNamedByOthers: definition.kind === 'processManager' ? true : undefined,
    parent: parent === undefined ? undefined : { table: parent, column: PARENT_COLUMN, orderColumn: ORDER_COLUMN },
    uniques: [],
    indexes: [],
  }
  const own = {
    definition,
    table: bare,
    cluster: { table: bare, children: [] },
    fields,
    emptyRow: Object.fromEntries(columns.map(({ name: column }) => [column, null])),
    noValues: Object.fromEntries([...definition.fields.keys()].map((field) => [field, undefined])),
    columns: new Map(columns.map((column) => [column.field, column])),
    children: [],
  }
  const table = { ...bare, ...mapIndexes(own, options.conditions !== false) }
  const children = definition.associations.map(([field, spec]) => ({
    field,
    many: spec.kind === 'hasMany',
    mapping: layOut(targetOf(definition, spec), { name: childTable(definition, field, spec), parent: name }, options),
  }))
  return { ...own, table, children, cluster: { table, children: children.map((child) => child.mapping.cluster) } }
}

function tableName(definition: ElementDefinition): string {
  return (definition.options.schemaName as string | undefined) ?? snakeCase(definition.name)
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

function frameworkColumns(definition: ElementDefinition, parent: string | undefined): ColumnSchema[] {
  const columns: ColumnSchema[] = []
  if (isVersioned(definition)) columns.push({ name: VERSION_COLUMN, type: 'integer', required: true, field: VERSION_COLUMN, initial: 0 })
  if (parent !== undefined) {
    columns.push({ name: PARENT_COLUMN, type: 'text', required: true, field: '_owner' })
    columns.push({ name: ORDER_COLUMN, type: 'integer', required: true, field: ORDER_COLUMN, initial: 0 })
  }
  return columns
}

function isVersioned({ kind }: ElementDefinition): boolean {
  return kind === 'aggregate' || kind === 'processManager' || kind === 'projection'
}
