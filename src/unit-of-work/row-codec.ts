import type { Slots, Tracked } from '../model/entity-state.ts'
import { slotOf, stateOf } from '../model/entity-state.ts'
import type { ClusterRow, ColumnValue, Row } from '../ports/table.ts'
import type { TableMapping } from './table-mapping.ts'
import { ORDER_COLUMN, VERSION_COLUMN } from './table-mapping.ts'

/** Where a child's row belongs. */
export interface RowPlace {
  readonly parentId: string
  readonly order: number
}

/** An entity's own row; `version` for a root, `place` for a child. */
export function rowOf(mapping: TableMapping, entity: Tracked, version: number | undefined, place?: RowPlace): Row {
  const row: Record<string, ColumnValue> = { ...mapping.emptyRow }
  const slots = entity as unknown as Slots
  for (const field of mapping.fields) field.write(slots[slotOf(field.field)], row)
  if (mapping.table.versionColumn !== undefined) row[VERSION_COLUMN] = version ?? 0
  if (mapping.table.parent !== undefined && place !== undefined) {
    row[mapping.table.parent.column] = place.parentId
    row[ORDER_COLUMN] = place.order
  }
  return row
}

/** The values of an object's row by field, without its children. */
function valuesOf(mapping: TableMapping, row: Row): Record<string, unknown> {
  const values: Record<string, unknown> = { ...mapping.noValues }
  for (const field of mapping.fields) values[field.field] = field.read(row)
  return values
}

/** An entity, with everything that it contains, as the database has it. */
export function entityOf(mapping: TableMapping, { row, children }: ClusterRow): Tracked {
  const values = valuesOf(mapping, row)
  for (const [index, child] of mapping.children.entries()) {
    const entities = (children[index] ?? []).map((childRow) => entityOf(child.mapping, childRow))
    values[child.field] = child.many ? entities : entities[0]
  }
  const entity = mapping.definition.restore(values) as Tracked
  const state = stateOf(entity)
  state.stored = true
  if (mapping.table.versionColumn !== undefined) state.version = row[VERSION_COLUMN] as number
  if (mapping.table.parent !== undefined) state.order = row[ORDER_COLUMN] as number
  for (const child of mapping.children) {
    state.storedChildren ??= new Map()
    const value = values[child.field]
    state.storedChildren.set(child.field, child.many ? (value as readonly Tracked[]) : value === undefined ? [] : [value as Tracked])
  }
  return entity
}

export function rowIdentity(mapping: TableMapping, { row }: ClusterRow): string {
  return row[mapping.table.primaryKey] as string
}
