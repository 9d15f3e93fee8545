import { InvalidOperationError } from '../errors.ts'
import type { ChangeSet, CommitReceipt } from '../ports/change-set.ts'
import { NO_CHANGES } from '../ports/change-set.ts'
import { checkChanges } from '../ports/check-changes.ts'
import type { Database, SelectionResult, Transaction } from '../ports/database.ts'
import type { ClusterRow, ClusterSchema, Row, TableSchema } from '../ports/table.ts'
import { DatabaseFront } from './rebuild/database-front.ts'

interface StagedRow {
  readonly what: 'insert' | 'update' | 'delete'
  /** The version that the database is to have, where rows have one. */
  readonly expectedVersion: number | undefined
  /** As it is to be; undefined for one that goes. */
  readonly row: Row | undefined
}

/**
 * The database as a projector has it while it handles several events whose effects are stored together: what each of them commits is kept, and rows that are
 * kept are read from here. Good for what reads and writes rows of the projection by their identity. Whatever goes beyond that would see, or do, something
 * else than it does alone: it spoils the event, of which nothing is then kept.
 */
export class StagedProjection extends DatabaseFront {
  /** Whether something was asked for that cannot be had here. */
  isSpoilt = false
  readonly #table: TableSchema
  readonly #rows = new Map<string, StagedRow>()

  constructor(database: Database, table: TableSchema) {
    super(database)
    this.#table = table
  }

  /** What all events so far have changed. */
  get changes(): ChangeSet {
    const table = this.#table
    const all = [...this.#rows]
    const rows = all.flatMap(([, { what, row }]) => (what === 'insert' && row !== undefined ? [row] : []))
    return {
      ...NO_CHANGES,
      deletes: all.flatMap(([id, { what, expectedVersion }]) => (what === 'delete' ? [{ table, id, expectedVersion }] : [])),
      updates: all.flatMap(([id, { what, expectedVersion, row }]) =>
        what === 'update' && row !== undefined ? [{ table, id, expectedVersion, row }] : [],
      ),
      inserts: rows.length === 0 ? [] : [{ table, rows }],
    }
  }

  /** Notes that the event which is being handled has to be handled alone, and fails. */
  spoil(): never {
    this.isSpoilt = true
    throw new InvalidOperationError('This event is handled alone: what it asks for is not to be had together with others.')
  }

  override async load(cluster: ClusterSchema, ids: readonly string[]): Promise<readonly ClusterRow[]> {
    const unknown = ids.filter((id) => !this.#rows.has(id))
    const stored = unknown.length === 0 ? [] : await this.inner.load(cluster, unknown)
    const kept = ids.flatMap((id): readonly ClusterRow[] => {
      const row = this.#rows.get(id)?.row
      return row === undefined ? [] : [{ row, children: [] }]
    })
    return kept.length === 0 ? stored : [...stored, ...kept]
  }

  override async commit(changes: ChangeSet): Promise<CommitReceipt> {
    if (this.isSpoilt) return this.spoil()
    checkChanges(changes)
    const next = this.#with(changes)
    for (const [id, staged] of next) this.#rows.set(id, staged)
    return { generated: [], positions: new Map() }
  }

  override async begin(): Promise<Transaction> {
    return this.spoil()
  }

  override async select(): Promise<SelectionResult> {
    return this.spoil()
  }

  override async count(): Promise<number> {
    return this.spoil()
  }

  override async exists(): Promise<boolean> {
    return this.spoil()
  }

  override async updateWhere(): Promise<number> {
    return this.spoil()
  }

  override async deleteWhere(): Promise<number> {
    return this.spoil()
  }

  override async claim(): Promise<readonly ClusterRow[]> {
    return this.spoil()
  }

  #with({ deletes, updates, inserts, appends }: ChangeSet): ReadonlyMap<string, StagedRow> {
    const next = new Map<string, StagedRow>()
    if (appends.length > 0) this.spoil()
    for (const { table, id, expectedVersion } of deletes) {
      next.set(id, this.#changed(table, id, { what: 'delete', expectedVersion, row: undefined }))
    }
    for (const { table, id, expectedVersion, row } of updates) {
      next.set(id, this.#changed(table, id, { what: 'update', expectedVersion, row }))
    }
    for (const { table, rows } of inserts) {
      for (const row of rows) {
        const id = String(row[this.#table.primaryKey])
        // A key that is taken, or has only just become free: the database has to say what becomes of that.
        if (table !== this.#table || next.has(id) || this.#rows.has(id)) this.spoil()
        next.set(id, { what: 'insert', expectedVersion: undefined, row })
      }
    }
    // Of several rows with unique values the last state may fit, though none of those before did.
    if (this.#table.uniques.length > 0 && new Set([...this.#rows.keys(), ...next.keys()]).size > 1) this.spoil()
    return next
  }

  /** A change of a row that is there, which may be one that was kept before. */
  #changed(table: TableSchema, id: string, change: StagedRow): StagedRow {
    const kept = this.#rows.get(id)
    if (table !== this.#table) return this.spoil()
    if (kept === undefined) return change
    const { versionColumn } = this.#table
    const version = versionColumn === undefined ? undefined : kept.row?.[versionColumn]
    if (kept.row === undefined || (change.expectedVersion ?? version) !== version) return this.spoil()
    if (kept.what === 'update') return { ...change, expectedVersion: kept.expectedVersion }
    // A row that comes and goes leaves no trace, but whether it could have come only the database knows.
    return change.what === 'delete' ? this.spoil() : { ...kept, row: change.row }
  }
}
