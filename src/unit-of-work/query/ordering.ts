import type { Ordering } from '../../ports/database.ts'
import type { TableMapping } from '../table-mapping.ts'
import { columnOf, followPath } from './query-field.ts'
import { refuse } from './refusal.ts'

/**
 * The order that these names ask for, descending where one begins with `-`. The first mention of a field counts. What would come after the primary key
 * is left out: no two rows agree in it. The database adds it where it is missing, so that every order is total and pages never overlap.
 */
export function parseOrder(mapping: TableMapping, names: readonly string[], before: readonly Ordering[] = []): readonly Ordering[] {
  const order = [...before]
  for (const name of names) {
    const ordering = parseName(mapping, name)
    if (!order.some(({ column }) => column === ordering.column)) order.push(ordering)
  }
  const key = order.findIndex(({ column }) => column === mapping.table.primaryKey)
  return key === -1 ? order : order.slice(0, key + 1)
}

function parseName(mapping: TableMapping, name: unknown): Ordering {
  const owner = mapping.definition.name
  if (typeof name !== 'string')
    return refuse('QUERY_INVALID_ORDER', `${owner} is ordered by names of fields, '-' before one for descending.`)
  const descending = name.startsWith('-')
  const path = descending ? name.slice(1) : name
  const target = followPath(mapping, path, '')
  if ('child' in target) {
    return refuse(
      'QUERY_INVALID_ORDER',
      `${owner} cannot be ordered by ${path}: there may be none or many. Keep what to order by in ${owner} itself.`,
    )
  }
  const { spec } = target.field
  if (spec.kind === 'valueObject') {
    return refuse('QUERY_INVALID_ORDER', `${owner}.${path} is a value object: order by one of its parts, such as '${path}.…'.`)
  }
  const column = columnOf(mapping, path)
  if (column.type === 'json') return refuse('QUERY_INVALID_ORDER', `${owner}.${path} is a ${spec.kind}, which has no order.`)
  return { column: column.name, descending }
}
