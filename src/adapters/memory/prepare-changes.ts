import type { ChangeSet, GeneratedValue, RowInserts, RowUpdate, StreamAppend } from '../../ports/change-set.ts'
import { checkChanges } from '../../ports/check-changes.ts'
import type { Row } from '../../ports/table.ts'
import { keptMessage } from './kept-message.ts'
import type { RowStore } from './row-store.ts'

export interface PreparedChanges {
  /** The same changes made of the store's own frozen copies, every generated column filled: may be applied again later and is then the same. */
  readonly changes: ChangeSet
  readonly generated: readonly GeneratedValue[]
}

/** Takes a caller's changes over. Checks values, not versions or keys; numbers given here stay used even if the changes are then refused. */
export function prepareChanges(store: RowStore, changes: ChangeSet): PreparedChanges {
  checkChanges(changes)
  const generated: GeneratedValue[] = []
  return {
    changes: {
      deletes: changes.deletes,
      updates: changes.updates.map((update) => prepareUpdate(store, update)),
      inserts: changes.inserts.map((insert) => prepareInserts(store, insert, generated)),
      appends: changes.appends.map(prepareAppend),
    },
    generated,
  }
}

function prepareUpdate(store: RowStore, { table, id, expectedVersion, row }: RowUpdate): RowUpdate {
  return { table, id, expectedVersion, row: store.table(table).layout.stored(row) }
}

function prepareAppend({ stream, category, expectedVersion, messages }: StreamAppend): StreamAppend {
  return { stream, category, expectedVersion, messages: messages.map(keptMessage) }
}

function prepareInserts(store: RowStore, { table, rows }: RowInserts, generated: GeneratedValue[]): RowInserts {
  const target = store.table(table)
  const { layout } = target
  if (layout.generated.length === 0) return { table, rows: rows.map((row) => layout.stored(row)) }
  const numbered = rows.map((row) => {
    const given: Record<string, number> = {}
    for (const { name } of layout.generated) {
      const value = row[name]
      if (value === null || value === undefined) given[name] = target.nextNumber(name)
      else if (typeof value === 'number') target.passNumber(name, value)
    }
    const stored: Row = layout.stored({ ...row, ...given })
    for (const [column, value] of Object.entries(given)) generated.push({ table: table.name, id: layout.idOf(stored), column, value })
    return stored
  })
  return { table, rows: numbered }
}
