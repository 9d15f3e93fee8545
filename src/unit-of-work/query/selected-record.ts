import { NotSupportedError } from '../../errors.ts'
import type { ClusterRow } from '../../ports/table.ts'
import { rowIdentity } from '../row-codec.ts'
import type { TableMapping } from '../table-mapping.ts'
import type { DataAt } from './data-fields.ts'
import { followPath } from './query-field.ts'

/**
 * Some of an object's data, frozen: plain values by the names asked for, and the identifier under its own name too. `_id` is the identity, whatever
 * the identifier is called; it does not count among the record's keys.
 */
export type SelectedRecord<Element, Path extends string> = { readonly [Name in Path]: DataAt<Element, Name> } & { readonly _id: string }

/** The paths that records consist of, the identifier always among them. */
export type RecordShape = readonly string[]

/** Throws `IncorrectUsageError` for unknown fields, `NotSupportedError` for children. */
export function recordShape(mapping: TableMapping, paths: readonly string[]): RecordShape {
  const { definition } = mapping
  for (const path of paths) {
    if ('child' in followPath(mapping, path, '')) {
      throw new NotSupportedError(
        `${definition.name}.${path} cannot be selected: records have no children. Leave select() out to get whole objects.`,
        {
          code: 'QUERY_SELECT_CHILDREN',
        },
      )
    }
  }
  return [...new Set([definition.identifier as string, ...paths])]
}

export function recordOf(mapping: TableMapping, shape: RecordShape, row: ClusterRow): object {
  const record: Record<string, unknown> = {}
  for (const path of shape) record[path] = valueAt(mapping, path, row)
  Object.defineProperty(record, '_id', { value: rowIdentity(mapping, row) })
  return Object.freeze(record)
}

function valueAt(mapping: TableMapping, path: string, { row }: ClusterRow): unknown {
  const [head, ...parts] = path.split('.')
  let value: unknown = mapping.fields.find(({ field }) => field === head)?.read(row)
  for (const part of parts) value = (value as Record<string, unknown> | undefined)?.[part]
  return value
}
