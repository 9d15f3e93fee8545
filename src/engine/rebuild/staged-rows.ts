import { DatabaseError } from '../../errors.ts'
import type { ChangeSet } from '../../ports/change-set.ts'
import { NO_CHANGES } from '../../ports/change-set.ts'
import type { ClusterRow, Row, TableSchema } from '../../ports/table.ts'
import { UniqueViolation } from '../../ports/unique-violation.ts'

/** Rows that are remembered, so that memory does not grow with the table. */
const MAX_REMEMBERED = 10_000

interface Staged {
  /** Undefined for one that goes. */
  readonly row: Row | undefined
  /** Whether the database has one by this key, as far as anybody knows. */
  readonly existed: boolean
}

/**
 * Changes of one table that wait to be written together, in front of what is known of its rows. Nobody else writes that table, so that a row which was
 * read or written once need not be read again; and where all rows were written from here, one that is not known is not there.
 */
export class StagedRows {
  readonly #table: TableSchema
  readonly #staged = new Map<string, Staged>()
  /** Rows as stored, null for those that are not; the one used last is last. */
  readonly #known = new Map<string, Row | null>()
  #knowsAll: boolean

  constructor(table: TableSchema, isEmpty: boolean) {
    this.#table = table
    this.#knowsAll = isEmpty
  }

  /** The row, null where there is none, undefined where the database has to be asked. */
  find(id: string): Row | null | undefined {
    const staged = this.#staged.get(id)
    if (staged !== undefined) return staged.row ?? null
    const known = this.#known.get(id)
    if (known === undefined) return this.#knowsAll ? null : undefined
    this.#remember(id, known)
    return known
  }

  /** What the database has answered. */
  learn(ids: readonly string[], rows: readonly ClusterRow[]): void {
    const found = new Map(rows.map(({ row }) => [this.#idOf(row), row]))
    for (const id of ids) this.#remember(id, found.get(id) ?? null)
  }

  /** Takes the changes of one unit of work, all of them or, where one cannot be made, none. */
  stage({ deletes, updates, inserts }: ChangeSet): void {
    const next = new Map<string, Staged>()
    const existed = (id: string) => (next.get(id) ?? this.#staged.get(id))?.existed ?? this.find(id) !== null
    const isThere = (id: string) => (next.has(id) ? (next.get(id)?.row ?? null) : this.find(id))
    for (const { id } of deletes) next.set(id, { row: undefined, existed: existed(id) })
    for (const { id, row } of updates) {
      if (isThere(id) === null)
        throw new DatabaseError(`${this.#table.element} ${id} is not stored: insert it first.`, { code: 'ROW_NOT_FOUND' })
      next.set(id, { row, existed: existed(id) })
    }
    for (const row of inserts.flatMap(({ rows }) => rows)) {
      const id = this.#idOf(row)
      const present = isThere(id)
      if (present !== null && present !== undefined) throw new UniqueViolation(this.#table, [this.#keyField])
      // Of one that nobody has asked for it is not known; should it be there, writing it tells.
      next.set(id, { row, existed: present === null && existed(id) })
    }
    for (const [id, staged] of next) this.#staged.set(id, staged)
  }

  get changes(): ChangeSet {
    const all = [...this.#staged]
    const table = this.#table
    return {
      ...NO_CHANGES,
      deletes: all.flatMap(([id, { row, existed }]) => (row === undefined && existed ? [{ table, id }] : [])),
      updates: all.flatMap(([id, { row, existed }]) => (row !== undefined && existed ? [{ table, id, row }] : [])),
      inserts: [{ table, rows: all.flatMap(([, { row, existed }]) => (row !== undefined && !existed ? [row] : [])) }],
    }
  }

  /** The changes are written. */
  written(): void {
    for (const [id, { row }] of this.#staged) this.#remember(id, row ?? null)
    this.#staged.clear()
  }

  /** Somebody writes past this, or nobody knows what was written. */
  forget(): void {
    this.#staged.clear()
    this.#known.clear()
    this.#knowsAll = false
  }

  #remember(id: string, row: Row | null): void {
    this.#known.delete(id)
    this.#known.set(id, row)
    if (this.#known.size <= MAX_REMEMBERED) return
    const [oldest] = this.#known.keys()
    if (oldest !== undefined) this.#known.delete(oldest)
    this.#knowsAll = false
  }

  get #keyField(): string {
    return this.#table.columns.find(({ name }) => name === this.#table.primaryKey)?.field ?? this.#table.primaryKey
  }

  #idOf(row: Row): string {
    return String(row[this.#table.primaryKey])
  }
}
