import type { SchemaChange } from '../../../ports/schema-tools.ts'
import type { Dialect } from '../dialect.ts'
import type { TableChange } from './compare-table.ts'

/** What differs between SQL databases when tables are changed. */
export interface SchemaWriter {
  readonly dialect: Dialect
  /** Creates the table of the log of messages, which is no table of the domain's, with its indexes. */
  readonly createMessages: readonly string[]
  readonly messagesTable: string
  /** Whether every value of a column keeps its meaning when its type changes from one to the other. */
  isWidening(from: string, to: string): boolean
  /**
   * Makes a table what it should be, but for its indexes: of those it keeps at least what is neither missing nor changed. `keptIndexes` are those that the
   * domain does not have.
   */
  alterTable(change: TableChange, keptIndexes: readonly string[]): readonly SchemaChange[]
  /** Renames an index, or makes a new one in the place of the old. `create` makes it under its new name. */
  renameIndex(from: string, to: string, create: string): readonly string[]
}
