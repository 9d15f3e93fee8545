import { childrenOf } from '../model/association.ts'
import type { Slots, Tracked } from '../model/entity-state.ts'
import { identityOf, slotOf, stateOf } from '../model/entity-state.ts'
import type { GeneratedValue } from '../ports/change-set.ts'
import type { Runtime } from './runtime.ts'
import type { TableMapping } from './table-mapping.ts'

/** Puts the numbers that the database made into the objects they belong to. Returns how to take them out again. */
export function takeGenerated(roots: readonly Tracked[], generated: readonly GeneratedValue[], runtime: Runtime): () => void {
  const undo: (() => void)[] = []
  for (const root of roots) visit(root, runtime.mappingOf(stateOf(root).definition))
  return () => {
    for (const forget of undo) forget()
  }

  function visit(entity: Tracked, mapping: TableMapping): void {
    const id = identityOf(entity)
    for (const value of generated) {
      if (value.table !== mapping.table.name || value.id !== id) continue
      const field = mapping.table.columns.find((column) => column.name === value.column)?.field
      if (field === undefined) continue
      const slots = entity as unknown as Slots
      const before = slots[slotOf(field)]
      slots[slotOf(field)] = value.value
      undo.push(() => {
        slots[slotOf(field)] = before
      })
    }
    const byField = new Map(childrenOf(entity).map(([name, , children]) => [name, children]))
    for (const child of mapping.children) for (const item of byField.get(child.field) ?? []) visit(item, child.mapping)
  }
}
