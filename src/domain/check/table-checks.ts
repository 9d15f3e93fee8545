import type { ElementDefinition } from '../../model/definition.ts'
import { STORED_KINDS } from '../../model/element-ref.ts'
import { mapTable } from '../../unit-of-work/map-table.ts'
import type { TableMapping } from '../../unit-of-work/table-mapping.ts'
import { ORDER_COLUMN, VERSION_COLUMN } from '../../unit-of-work/table-mapping.ts'
import { nearest } from '../../util/nearest.ts'
import type { Settings } from '../config/schema.ts'
import type { Registry } from '../registry.ts'
import { closureOf } from './closure.ts'
import type { Taken } from './index-checks.ts'
import { checkIndexes, checkIndexNames, checkOrder, isDeclaredTwice } from './index-checks.ts'
import { hasUsableOptions } from './option-checks.ts'
import type { ProblemLog, Report } from './problem-log.ts'

/** What tables of the framework's own begin with. */
const RESERVED = /^protean_/i

/** Where elements are stored: databases and caches that exist, and tables, columns and indexes with names of their own. */
export function checkTables(registry: Registry, settings: Settings, log: ProblemLog): void {
  const tables: Taken = new Map()
  const indexes: Taken = new Map()
  const checked = new Set<ElementDefinition>()
  for (const root of registry.elements) {
    if (root.isAbstract || !STORED_KINDS.has(root.kind)) continue
    const place = checkPlace(root, settings, log.on(root))
    const { parts, cycles, isComplete } = closureOf(root)
    const hasLayout = isComplete && cycles.length === 0 && root.identifier !== undefined && parts.every(hasUsableOptions)
    if (place !== undefined && hasLayout && !root.isEventSourced) checkMapping(mapTable(root, { conditions: false }), place)
  }

  function checkMapping(mapping: TableMapping, place: string): void {
    const report = log.on(mapping.definition)
    checkTable(mapping, place, tables, report)
    checkColumns(mapping, report)
    checkIndexNames(mapping, place, indexes, report)
    if (!checked.has(mapping.definition)) {
      checkIndexes(mapping, report)
      checkOrder(mapping, report)
    }
    checked.add(mapping.definition)
    for (const child of mapping.children) checkMapping(child.mapping, place)
  }
}

/** The database that stores an element, as a key; undefined for one that lives in a cache, or nowhere. */
function checkPlace(element: ElementDefinition, { databases, caches }: Settings, report: Report): string | undefined {
  const { provider, cache } = element.options as { readonly provider?: string; readonly cache?: string }
  if (cache !== undefined && provider !== undefined) {
    report({
      code: 'STORAGE_AMBIGUOUS',
      element: element.name,
      message: `is stored in the cache ${cache} and in the database ${provider}.`,
      fix: 'Keep cache or provider.',
    })
  }
  if (cache !== undefined && !Object.hasOwn(caches, cache)) {
    report({
      code: 'CACHE_UNKNOWN',
      element: element.name,
      message: `is stored in the cache ${cache}, which is not configured.`,
      fix: suggestion(cache, Object.keys(caches)),
    })
  }
  const name = provider ?? 'default'
  if (cache !== undefined || Object.hasOwn(databases, name)) return cache === undefined ? name : undefined
  report({
    code: 'PROVIDER_UNKNOWN',
    element: element.name,
    message: `is stored in the database ${name}, which is not configured.`,
    fix: suggestion(name, Object.keys(databases)),
  })
  return undefined
}

function suggestion(name: string, configured: readonly string[]): string {
  const meant = nearest(name, configured)
  return meant === undefined ? `Configured are ${configured.join(', ')}.` : `Did you mean ${meant}?`
}

function checkTable({ definition, table }: TableMapping, place: string, tables: Taken, report: Report): void {
  const key = `${place} ${table.name.toLowerCase()}`
  const other = tables.get(key)
  tables.set(key, definition)
  if (RESERVED.test(table.name)) {
    report({
      code: 'TABLE_RESERVED',
      element: definition.name,
      message: `is stored in the table ${table.name}; tables of that name belong to the framework.`,
      fix: 'Give it another { schemaName }.',
    })
  }
  if (other === undefined || isDeclaredTwice(definition, other)) return
  report({
    code: 'TABLE_TAKEN',
    element: definition.name,
    message:
      other === definition
        ? `is contained in several places, whose children would share the table ${table.name}.`
        : `is stored in the table ${table.name}, as ${other.name} is.`,
    fix: other === definition ? 'Declare an entity for each of them.' : 'Give one of them another { schemaName }.',
  })
}

/** Two fields must not share a column, nor take one that the framework keeps. Databases differ in whether case counts, so it does not. */
function checkColumns({ definition, table }: TableMapping, report: Report): void {
  const seen = new Map<string, string>()
  // The framework's columns come last in a table, but it is the field that has to give way.
  for (const { name, field } of table.columns) {
    const other = seen.get(name.toLowerCase())
    seen.set(name.toLowerCase(), field)
    if (other === undefined) continue
    const isFrameworks = [VERSION_COLUMN, ORDER_COLUMN].includes(name) || name === table.parent?.column
    report({
      code: 'COLUMN_TAKEN',
      element: definition.name,
      message: isFrameworks
        ? `stores ${other} in the column ${name}, which the framework needs there.`
        : `stores ${other} and ${field} in the same column ${name}.`,
      fix: isFrameworks ? `Give ${other} another { column }.` : 'Give one of them another { column }.',
    })
  }
}
