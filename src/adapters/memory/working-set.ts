import { DatabaseError, ExpectedVersionError } from '../../errors.ts'
import type { ChangeSet, RowDelete, RowUpdate } from '../../ports/change-set.ts'
import type { Row, TableSchema } from '../../ports/table.ts'
import { UniqueViolation } from '../../ports/unique-violation.ts'
import { AppendPlan } from './append-plan.ts'
import type { EventLog } from './event-log.ts'
import type { RowStore } from './row-store.ts'
import { TableOverlay } from './table-overlay.ts'
import type { StoreReads } from './table-reads.ts'
import type { TableStore } from './table-store.ts'

/**
 * Changes on top of the committed state, checked as they are applied and invisible until `publish`, which cannot fail. Throwing one away is a rollback.
 * Works at one go or, in a transaction, over time; then what is committed underneath shows through, and has to be checked again before publishing.
 */
export class WorkingSet implements StoreReads {
  readonly #store: RowStore
  readonly #log: EventLog
  // Few tables are changed at a time: looking through them costs less than a map.
  readonly #tables: TableOverlay[] = []
  readonly #appends: AppendPlan
  #replacements: { readonly table: TableStore; readonly by: string }[] | undefined

  constructor(store: RowStore, log: EventLog) {
    this.#store = store
    this.#log = log
    this.#appends = new AppendPlan(log)
  }

  get positions(): ReadonlyMap<string, number> {
    return this.#appends.positions
  }

  table(schema: TableSchema): TableOverlay {
    let overlay = this.#named(schema.name)
    if (overlay === undefined) {
      overlay = new TableOverlay(this.#store.table(schema))
      this.#tables.push(overlay)
    }
    return overlay
  }

  /** Puts one table in the place of another, neither of which has changes yet. */
  replace(schema: TableSchema, by: TableSchema): void {
    const stored = this.#store.named(by.name)
    if (stored === undefined)
      throw new DatabaseError(`There is no table ${by.name}: create it with createTable().`, { code: 'MISSING_TABLE' })
    const table = stored.renamed(schema)
    this.#replacements ??= []
    this.#replacements.push({ table, by: by.name })
    this.#tables.push(new TableOverlay(table))
  }

  /** Takes what `prepareChanges` made. */
  apply(changes: ChangeSet): void {
    for (const change of changes.deletes) this.#delete(change)
    for (const change of changes.updates) this.#update(change)
    for (const { table, rows } of changes.inserts) for (const row of rows) this.#insert(table, row)
    for (const append of changes.appends) this.#appends.add(append)
  }

  /** Sets some columns of those of the rows that are there, and raises their versions. */
  patch(schema: TableSchema, ids: readonly string[], values: Row): void {
    const table = this.table(schema)
    const { versionColumn } = schema
    const isCounted = versionColumn !== undefined && Object.keys(values).length > 0
    for (const id of ids) {
      const row = table.get(id)
      if (row === undefined) continue
      const raised = isCounted ? { [versionColumn]: (row[versionColumn] as number) + 1 } : undefined
      this.#put(schema, id, Object.freeze({ ...row, ...raised, ...values }))
    }
  }

  /** Sets some columns of rows and raises their versions, if they still have the ones that they were found with. */
  mark(schema: TableSchema, found: readonly Row[], values: Row): void {
    const table = this.table(schema)
    const { versionColumn } = schema
    for (const before of found) {
      const id = table.layout.idOf(before)
      const row = table.get(id)
      if (versionColumn !== undefined) checkVersion(schema, id, row, before[versionColumn] as number)
      this.patch(schema, [id], values)
    }
  }

  /** Removes rows with all that hangs on them. */
  remove(schema: TableSchema, ids: Iterable<string>): void {
    const table = this.table(schema)
    for (const id of ids) {
      table.remove(id)
      for (const child of this.#store.childrenOf(schema.name)) this.remove(child, this.table(child).childIds(id))
    }
  }

  publish(): void {
    for (const { table, by } of this.#replacements ?? []) {
      this.#store.put(table)
      this.#store.remove(by)
    }
    for (const table of this.#tables) table.mergeIntoBase()
    this.#log.commit(this.#appends.entries)
  }

  #delete({ table, id, expectedVersion }: RowDelete): void {
    const row = this.table(table).get(id)
    checkVersion(table, id, row, expectedVersion)
    if (row !== undefined) this.remove(table, [id])
  }

  #update({ table, id, expectedVersion, row }: RowUpdate): void {
    const overlay = this.table(table)
    const present = overlay.get(id)
    checkVersion(table, id, present, expectedVersion)
    if (present === undefined) throw new DatabaseError(`${table.element} ${id} is not stored: insert it first.`, { code: 'ROW_NOT_FOUND' })
    this.#put(table, id, row)
  }

  #insert(table: TableSchema, row: Row): void {
    const overlay = this.table(table)
    const id = overlay.layout.idOf(row)
    if (overlay.get(id) !== undefined) throw new UniqueViolation(table, [overlay.layout.primaryKey.field])
    this.#put(table, id, row)
  }

  #put(table: TableSchema, id: string, row: Row): void {
    const overlay = this.table(table)
    const parentId = overlay.layout.parentIdOf(row)
    if (table.parent !== undefined && parentId !== undefined && !this.#has(table.parent.table, parentId)) {
      const text = `${table.element} ${id} belongs to row ${parentId} of ${table.parent.table}, which is not stored: insert that first.`
      throw new DatabaseError(text, { code: 'PARENT_NOT_FOUND' })
    }
    overlay.put(id, row)
  }

  #named(name: string): TableOverlay | undefined {
    for (const table of this.#tables) if (table.layout.schema.name === name) return table
    return undefined
  }

  #has(tableName: string, id: string): boolean {
    return (this.#named(tableName) ?? this.#store.named(tableName))?.get(id) !== undefined
  }
}

function checkVersion(table: TableSchema, id: string, row: Row | undefined, expected: number | undefined): void {
  if (expected === undefined) return
  const actual = row?.[table.versionColumn ?? '']
  if (actual !== expected)
    throw new ExpectedVersionError(`${table.element} ${id}`, expected, typeof actual === 'number' ? actual : undefined)
}
