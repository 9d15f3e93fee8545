import type { DriverRow, Statement, StatementResult } from '../sql/statement.ts'
import { FlushFailure } from './client.ts'
import type { PreparedLookup, PreparedStatements } from './prepared-statements.ts'
import { wireValue } from './wire-value.ts'

/** The part of a `pg` connection that a query of one's own works with, as `pg-cursor` does. */
export interface WireConnection {
  readonly stream: { cork(): void; uncork(): void }
  parse(message: { readonly name: string; readonly text: string; readonly types: readonly number[] }): void
  bind(message: { readonly portal: string; readonly statement: string; readonly values: readonly (string | null)[] }): void
  describe(message: { readonly type: 'P'; readonly name: string }): void
  execute(message: Record<string, never>): void
  close(message: { readonly type: 'S'; readonly name: string }): void
  sync(): void
}

interface Step extends PreparedLookup {
  readonly statement: Statement
}

const NO_ROWS: readonly DriverRow[] = []
/** Errors that mean that the prepared statement itself no longer fits: other result columns, or not there. */
const STALE_PREPARED = new Set(['0A000', '26000'])

/**
 * Statements in one go on the wire, with a single Sync at the end: the server takes them as one transaction (unless one is open already), and after a
 * failure skips the rest. That makes a commit of several statements one round trip, without `BEGIN` and `COMMIT`. For `pg` this is one query.
 */
export class Flush {
  readonly #statements: readonly Statement[]
  readonly #values: readonly (readonly (string | null)[])[]
  readonly #prepared: PreparedStatements
  readonly #resolve: (results: readonly StatementResult[]) => void
  readonly #reject: (failure: FlushFailure) => void
  readonly #results: StatementResult[] = []
  #steps: readonly Step[] = []
  #rows: DriverRow[] = []

  constructor(
    statements: readonly Statement[],
    prepared: PreparedStatements,
    resolve: (results: readonly StatementResult[]) => void,
    reject: (failure: FlushFailure) => void,
  ) {
    this.#prepared = prepared
    this.#statements = statements
    this.#values = statements.map(({ values }) => values.map(wireValue))
    this.#resolve = resolve
    this.#reject = reject
  }

  /** Called when the connection is free. */
  submit(connection: WireConnection): void {
    this.#steps = this.#statements.map((statement) => ({ statement, ...this.#prepared.lookUp(statement.text) }))
    connection.stream.cork()
    for (const name of this.#prepared.takeSurplus(this.#steps.length)) connection.close({ type: 'S', name })
    for (const [at, { statement, prepared, isNew }] of this.#steps.entries()) {
      if (isNew) connection.parse({ name: prepared.name, text: statement.text, types: [] })
      connection.bind({ portal: '', statement: prepared.name, values: this.#values[at] ?? [] })
      if (statement.gives === 'rows' && prepared.columns === undefined) connection.describe({ type: 'P', name: '' })
      connection.execute({})
    }
    connection.sync()
    connection.stream.uncork()
  }

  handleRowDescription({ fields }: { readonly fields: readonly { readonly name: string }[] }): void {
    const step = this.#step
    if (step !== undefined) step.prepared.columns = fields.map(({ name }) => name)
  }

  handleDataRow({ fields }: { readonly fields: readonly (string | null)[] }): void {
    const columns = this.#step?.prepared.columns
    if (columns === undefined) return
    const row: Record<string, unknown> = {}
    for (let at = 0; at < columns.length; at += 1) row[columns[at] as string] = fields[at]
    this.#rows.push(row)
  }

  handleCommandComplete({ text }: { readonly text: string }): void {
    this.#results.push({ rows: this.#rows.length === 0 ? NO_ROWS : this.#rows, changes: Number(/\d+$/.exec(text)?.[0] ?? 0) })
    this.#rows = []
  }

  handleReadyForQuery(): void {
    this.#resolve(this.#results)
  }

  handleError(error: { readonly code?: unknown }): void {
    const failed = this.#step
    // Of those after the failed one the server has not even seen the text.
    for (const { statement, isNew } of this.#steps.slice(this.#results.length)) if (isNew) this.#prepared.forget(statement.text)
    if (failed !== undefined && STALE_PREPARED.has(String(error.code))) this.#prepared.forget(failed.statement.text)
    this.#reject(new FlushFailure(error, failed?.statement))
  }

  handlePortalSuspended(): void {}

  handleEmptyQuery(): void {}

  /** The statement whose results are coming in. */
  get #step(): Step | undefined {
    return this.#steps[this.#results.length]
  }
}
