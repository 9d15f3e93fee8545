import type { StreamAppend } from '../../ports/change-set.ts'
import type { OpenState } from '../../ports/open-state.ts'
import type { Dialect } from '../sql/dialect.ts'
import type { GivenNumbers } from '../sql/number-rows.ts'
import type { PostgresClient } from './client.ts'
import type { RowStatements } from './row-statements.ts'

/** What the parts of one database share. */
export interface PostgresContext {
  readonly client: PostgresClient
  readonly dialect: Dialect
  readonly rows: RowStatements
  readonly state: OpenState
  readonly given: GivenNumbers
  /** The database in messages: `database "default" (postgresql)`. */
  readonly what: string
  /** To be called when appends have been committed. */
  committed(appends: readonly StreamAppend[]): void
}
