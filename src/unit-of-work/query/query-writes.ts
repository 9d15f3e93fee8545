import type { Issue } from '../../errors.ts'
import { InvalidOperationError } from '../../errors.ts'
import { atomically } from '../../model/atomic.ts'
import type { Tracked } from '../../model/entity-state.ts'
import type { DatabaseBulkWrites, Selection } from '../../ports/database.ts'
import type { ColumnValue, Row } from '../../ports/table.ts'
import { isPlainObject } from '../../util/plain.ts'
import type { TableMapping } from '../table-mapping.ts'
import { translated } from '../translated-error.ts'
import type { OwnName } from './data-fields.ts'
import type { EqualOperand } from './lookups.ts'
import { refuseUndefined } from './operand.ts'
import { cellsOf } from './query-field.ts'
import type { QuerySource } from './query-source.ts'
import { refuse, refuseUnknown } from './refusal.ts'

/** New values by field; null clears one that may be absent. */
export type Changes<Element> = {
  readonly [Name in OwnName<Element>]?: EqualOperand<NonNullable<Element[Name]>> | (undefined extends Element[Name] ? null : never)
}

/** Gives all rows of the selection these values. */
export async function updateMatching<Element extends object>(
  source: QuerySource<Element>,
  selection: Selection,
  values: Changes<Element>,
): Promise<number> {
  const { mapping } = source
  const admitted = admitChanges(mapping, values)
  if (isSetBased(source, [...admitted.keys()])) {
    const columns = columnsOf(mapping, admitted)
    return inOneStatement(source, (bulk) => bulk.updateWhere(mapping.table, selection.where, columns))
  }
  return forEach(source, selection, async (entity) => {
    atomically(entity as unknown as Tracked, assign, [admitted])
    await source.save(entity)
  })
}

/** Deletes all rows of the selection. */
export async function deleteMatching<Element extends object>(source: QuerySource<Element>, selection: Selection): Promise<number> {
  if (isSetBased(source, [])) return inOneStatement(source, (bulk) => bulk.deleteWhere(source.mapping.table, selection.where))
  return forEach(source, selection, (entity) => source.remove(entity))
}

/** Gives the first rows of the selection these values and takes them for the caller alone. */
export async function claimMatching<Element extends object>(
  source: QuerySource<Element>,
  selection: Selection,
  values: Changes<Element>,
): Promise<readonly Element[]> {
  const { mapping } = source
  const { cluster, where, orderBy, limit } = selection
  const admitted = admitChanges(mapping, values)
  if (limit === 0) return []
  if (isSetBased(source, [...admitted.keys()])) {
    const columns = columnsOf(mapping, admitted)
    const rows = await inOneStatement(source, (bulk) => bulk.claim({ cluster, where, orderBy, limit, values: columns }))
    return rows.map((row) => source.adopt(row))
  }
  return source.inUnitOfWork(async () => {
    // The rows are held until the transaction ends, so that rules can be checked object by object.
    const rows = await inOneStatement(source, (bulk) => bulk.claim({ cluster, where, orderBy, limit, values: {} }))
    const claimed = rows.map((row) => source.adopt(row))
    for (const entity of claimed) {
      atomically(entity as unknown as Tracked, assign, [admitted])
      await source.save(entity)
    }
    return claimed
  })
}

async function inOneStatement<Element extends object, Result>(
  source: QuerySource<Element>,
  write: (bulk: DatabaseBulkWrites) => Promise<Result>,
): Promise<Result> {
  const bulk = await source.bulk()
  try {
    return await write(bulk)
  } catch (error) {
    throw translated(error)
  }
}

function forEach<Element extends object>(
  source: QuerySource<Element>,
  selection: Selection,
  body: (entity: Element) => Promise<void>,
): Promise<number> {
  return source.inUnitOfWork(async () => {
    const reads = await source.reads()
    const { rows } = await reads.select(selection)
    for (const row of rows) await body(source.adopt(row))
    return rows.length
  })
}

/** Whether one statement does what saving object by object would do: no events, stamps or transitions. */
function isSetBased<Element extends object>({ mapping, hasInstances }: QuerySource<Element>, changed: readonly string[]): boolean {
  const { definition, children } = mapping
  if (definition.kind !== 'projection' || children.length > 0 || hasInstances()) return false
  if (changed.length === 0) return true
  return [...definition.fields].every(
    ([name, spec]) => spec.settings.autoNow !== true && !(spec.rule.transitions !== undefined && changed.includes(name)),
  )
}

function admitChanges(mapping: TableMapping, values: unknown): ReadonlyMap<string, unknown> {
  const { definition } = mapping
  const admitted = new Map<string, unknown>()
  const issues: Issue[] = []
  if (!isPlainObject(values) || Object.keys(values).length === 0) {
    return refuse('QUERY_INVALID_UPDATE', `update() of ${definition.name} takes an object with at least one field and its new value.`)
  }
  for (const [name, value] of Object.entries(values)) {
    const spec = definition.fields.get(name)
    if (spec === undefined) return refuseUnknown('QUERY_UNKNOWN_FIELD', definition.name, name, [...definition.fields.keys()])
    if (value === undefined) return refuseUndefined(`${definition.name}.${name}`)
    if (name === definition.identifier) {
      throw new InvalidOperationError(`${definition.name}.${name} is the identifier and cannot be changed once set.`)
    }
    if (spec.isAssociation) {
      return refuse(
        'QUERY_INVALID_UPDATE',
        `${definition.name}.${name} contains entities, which cannot be given to several objects at once.`,
      )
    }
    admitted.set(name, spec.admitAssigned(value, name, issues))
  }
  if (issues.length > 0) throw definition.invalid(issues)
  return admitted
}

function assign(this: Tracked, values: ReadonlyMap<string, unknown>): void {
  const entity = this as unknown as Record<string, unknown>
  for (const [name, value] of values) entity[name] = value
}

function columnsOf(mapping: TableMapping, values: ReadonlyMap<string, unknown>): Row {
  const row: Record<string, ColumnValue> = {}
  for (const field of mapping.fields) {
    if (!values.has(field.field)) continue
    for (const { column, value } of cellsOf({ mapping, path: field.field, spec: field.spec }, values.get(field.field)))
      row[column.name] = value
  }
  return row
}
