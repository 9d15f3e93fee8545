import type { JsonValue } from '../util/json.ts'

/**
 * How a column's values look to an adapter. `text` has no character U+0000 and no half of a surrogate pair, and so has all text in `json`; `integer` is
 * within ±(2^53 - 1), `float` finite; `decimal` exact text of at most 1000 digits, such as `-12.50`; `date` is `YYYY-MM-DD` and `timestamp` a `Date` with
 * millisecond precision, both in the years 1 to 9999; `json` is plain data (an undefined member is left out, members are in no order). Every adapter refuses
 * anything else, also where its own database could keep it: see `checkChanges`. Values come back as they were stored, but for -0, which is 0.
 */
export type ColumnType = 'text' | 'integer' | 'float' | 'decimal' | 'boolean' | 'date' | 'timestamp' | 'json'
export type ColumnValue = string | number | boolean | Date | JsonValue | null

/**
 * Column name to value. Every column of the table is there; an absent value is null, and so is a column that a writer left out.
 * What an adapter hands out shares nothing with what it stores: changing it (where it is not frozen) changes no stored row.
 */
export type Row = Readonly<Record<string, ColumnValue>>

export interface ColumnSchema {
  readonly name: string
  readonly type: ColumnType
  readonly required: boolean
  /** Path of the field in the domain model (`price.currency`), for messages. */
  readonly field: string
  readonly maxLength?: number | undefined
  readonly precision?: number | undefined
  readonly scale?: number | undefined
  /**
   * An integer column that the store numbers from 1 when a row is inserted with null. A value that the caller gave is kept, and the numbering goes on after
   * it. No number is given twice; one that was given to a change set that failed or was rolled back may be lost.
   */
  readonly generated?: boolean | undefined
  /** What rows get that were there before the column was, or before it was required; undefined when nobody can know. */
  readonly initial?: ColumnValue | undefined
  /** Names that the column may have where the tables are older than the domain. */
  readonly formerNames?: readonly string[] | undefined
}

/** What a condition on an index may ask of a column. They mean what they mean in queries. Json columns have only `isNull`. */
export type IndexLookup = 'eq' | 'ne' | 'in' | 'gt' | 'gte' | 'lt' | 'lte' | 'isNull'

/** Which rows an index is about: criteria on the row itself that every database can keep with an index. */
export type IndexCondition =
  | { readonly op: 'and'; readonly terms: readonly IndexCondition[] }
  | { readonly op: 'or'; readonly terms: readonly IndexCondition[] }
  | { readonly op: 'not'; readonly term: IndexCondition }
  | {
      readonly op: 'compare'
      readonly column: string
      readonly lookup: IndexLookup
      readonly value: ColumnValue | readonly ColumnValue[]
    }

/**
 * No two rows may agree in all these columns; rows with a null among them never clash. Within a change set a value is free once the row that had it
 * was deleted, or was updated before an insert takes it; whether one update may take what another update gives up is left open.
 */
export interface UniqueSchema {
  readonly name: string
  readonly columns: readonly string[]
  /** Paths of the fields in the domain model, in the order of `columns`. */
  readonly fields: readonly string[]
  /** Which of the columns the index has in descending order. */
  readonly descending?: readonly string[] | undefined
  /** Columns stored in the index for covering reads, where the database can without having them be unique too. */
  readonly include?: readonly string[] | undefined
  /** The rows that must differ from each other; all others clash with none. */
  readonly where?: IndexCondition | undefined
}

export interface IndexSchema {
  readonly name: string
  readonly columns: readonly { readonly name: string; readonly descending: boolean }[]
  /** Columns stored in the index for covering reads. */
  readonly include: readonly string[]
  /** The rows that are in the index; all of them where there is none. */
  readonly where?: IndexCondition | undefined
}

/** One table as the domain needs it, free of any dialect. */
export interface TableSchema {
  readonly name: string
  /** Persistent name of the element that is stored here, for messages. */
  readonly element: string
  readonly columns: readonly ColumnSchema[]
  /** A text or integer column. Where the ports take an id as text, an integer key is given in decimal. */
  readonly primaryKey: string
  /** Present on roots: the row's version, 0 when first stored. */
  readonly versionColumn?: string | undefined
  /**
   * Whether the keys of its rows are not made up for them, but given by what they stand for. One that is taken then means that somebody else was
   * faster, as a stale version does, and not that a user chose badly. For the core; adapters need not care.
   */
  readonly isNamedByOthers?: boolean | undefined
  /** Present on children: the column that holds the parent row's primary key, and the one that keeps their order. */
  readonly parent?: { readonly table: string; readonly column: string; readonly orderColumn: string } | undefined
  readonly uniques: readonly UniqueSchema[]
  readonly indexes: readonly IndexSchema[]
}

/** A root's table with the tables of its children, as deep as they go. */
export interface ClusterSchema {
  readonly table: TableSchema
  readonly children: readonly ClusterSchema[]
}

/**
 * A stored row with its children: `children[i]` belongs to `ClusterSchema.children[i]`, by `orderColumn`, then primary key.
 * With `rootsOnly` there are no lists of children at all.
 */
export interface ClusterRow {
  readonly row: Row
  readonly children: readonly (readonly ClusterRow[])[]
}
