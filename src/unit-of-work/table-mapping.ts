import type { ElementDefinition } from '../model/definition.ts'
import type { ElementRef } from '../model/element-ref.ts'
import type { FieldSpec } from '../model/field-spec.ts'
import type { Database } from '../ports/database.ts'
import type { ClusterSchema, ColumnSchema, Row, TableSchema } from '../ports/table.ts'
import type { FieldMapping } from './field-mapping.ts'

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

/** A second table of an element, which repositories read and write instead of the first one while certain code runs: that of a rebuild, or
 * of events whose effects are stored together. */
export interface StandIn {
  readonly definition: ElementDefinition
  readonly mapping: TableMapping
  /** Where it is read and written. */
  readonly database: Database
  /** Called when something else is about to be written. What it throws takes the place of the usual refusal. */
  readonly refuse?: (() => void) | undefined
}

export const VERSION_COLUMN = '_version'
export const ORDER_COLUMN = '_position'

/** The element that a field embeds, contains or refers to. */
export function targetOf(definition: ElementDefinition, spec: FieldSpec): ElementDefinition {
  return definition.scope.target(spec.rule.target as ElementRef) as ElementDefinition
}
