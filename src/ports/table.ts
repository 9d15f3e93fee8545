import type { JsonValue } from '../util/json.ts'

/** How a column's values look to an adapter. `date` is `YYYY-MM-DD`, `decimal` exact text, `timestamp` a `Date`, `json` plain data. */
export type ColumnType = 'text' | 'integer' | 'float' | 'decimal' | 'boolean' | 'date' | 'timestamp' | 'json'
export type ColumnValue = string | number | boolean | Date | JsonValue | null

/** Column name to value. Every column of the table is there; an absent value is null. */
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
  /** The store numbers this column from 1 when a row is inserted with null. */
  readonly generated?: boolean | undefined
}

/** No two rows may agree in all these columns; rows with a null among them never clash. */
export interface UniqueSchema {
  readonly name: string
  readonly columns: readonly string[]
  /** Paths of the fields in the domain model, in the order of `columns`. */
  readonly fields: readonly string[]
}

export interface IndexSchema {
  readonly name: string
  readonly columns: readonly { readonly name: string; readonly descending: boolean }[]
  /** Columns stored in the index for covering reads. */
  readonly include: readonly string[]
}

/** One table as the domain needs it, free of any dialect. */
export interface TableSchema {
  readonly name: string
  /** Persistent name of the element that is stored here, for messages. */
  readonly element: string
  readonly columns: readonly ColumnSchema[]
  readonly primaryKey: string
  /** Present on roots: the row's version, 0 when first stored. */
  readonly versionColumn?: string | undefined
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

/** A stored row with its children: `children[i]` belongs to `ClusterSchema.children[i]`, in stored order. */
export interface ClusterRow {
  readonly row: Row
  readonly children: readonly (readonly ClusterRow[])[]
}
