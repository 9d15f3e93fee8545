import type { IndexOptions } from '../model/element-options.ts'
import type { IndexCondition, IndexSchema, UniqueSchema } from '../ports/table.ts'
import { indexCondition } from './index-condition.ts'
import type { TableMapping } from './table-mapping.ts'

/** The indexes of an element: those of unique fields, and those that it declares. */
export function mapIndexes(mapping: TableMapping, withConditions: boolean): MappedIndexes {
  const { definition, table, columns } = mapping
  const column = (field: string) => columns.get(field)?.name ?? field
  const declared = (definition.options.indexes as readonly IndexOptions[] | undefined) ?? []
  const conditionOf = ({ where }: IndexOptions): IndexCondition | undefined =>
    where === undefined || !withConditions ? undefined : indexCondition(mapping, where)
  const single = [...definition.fields]
    .filter(([field, spec]) => spec.settings.unique === true && field !== definition.identifier)
    .map(([field]): IndexOptions => ({ fields: [field] }))
  const uniques = [...single, ...declared.filter(({ unique }) => unique === true)].map((index): UniqueSchema => {
    const names = index.fields.map(column)
    return {
      name: index.name ?? `uq_${table.name}_${names.join('_')}`,
      columns: names,
      fields: index.fields,
      descending: (index.descending ?? []).map(column),
      include: (index.include ?? []).map(column),
      where: conditionOf(index),
    }
  })
  const indexes = declared
    .filter(({ unique }) => unique !== true)
    .map(
      (index): IndexSchema => ({
        name: index.name ?? `ix_${table.name}_${index.fields.map(column).join('_')}`,
        columns: index.fields.map((field) => ({ name: column(field), descending: index.descending?.includes(field) ?? false })),
        include: (index.include ?? []).map(column),
        where: conditionOf(index),
      }),
    )
  return { uniques, indexes }
}

interface MappedIndexes {
  readonly uniques: readonly UniqueSchema[]
  readonly indexes: readonly IndexSchema[]
}
