import type { ElementDefinition } from '../model/definition.ts'
import { mapTable } from '../unit-of-work/map-table.ts'
import type { TableMapping } from '../unit-of-work/table-mapping.ts'

/** Layouts by element, each made when it is first needed. */
export function tableMappings(): (definition: ElementDefinition) => TableMapping {
  const mappings = new Map<ElementDefinition, TableMapping>()
  return (definition) => {
    let mapping = mappings.get(definition)
    if (mapping === undefined) {
      mapping = mapTable(definition)
      mappings.set(definition, mapping)
    }
    return mapping
  }
}
