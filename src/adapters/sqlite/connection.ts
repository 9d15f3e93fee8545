import type { StatementFeed } from '../../ports/statement-feed.ts'
import type { Statement, StatementResult } from '../sql/statement.ts'
import type { Steps } from '../sql/steps.ts'
import { runSteps } from '../sql/steps.ts'
import type { SqliteDriver, SqliteStatement } from './driver.ts'
import { isBusy, translated } from './errors.ts'

const CACHED_STATEMENTS = 500

type Scalar = string | number | null

/** One connection with its prepared statements. Whatever fails comes out as an error of the ports. */
export class SqliteConnection {
  readonly #driver: SqliteDriver
  readonly #name: string
  readonly #feed: StatementFeed | undefined
  readonly #statements = new Map<string, SqliteStatement>()

  /** `name` is the database's, for messages. */
  constructor(driver: SqliteDriver, name: string, feed?: StatementFeed) {
    this.#driver = driver
    this.#name = name
    this.#feed = feed
  }

  run(statement: Statement): StatementResult {
    const feed = this.#feed
    return feed?.isHeard === true ? feed.running(statement, () => this.#run(statement)) : this.#run(statement)
  }

  /** What is run in there is reported as one round trip. */
  together<Result>(run: () => Result): Result {
    const feed = this.#feed
    return feed?.isHeard === true ? feed.together(run) : run()
  }

  #run(statement: Statement): StatementResult {
    try {
      const prepared = this.#prepared(statement.text)
      const values = statement.values as readonly Scalar[]
      if (statement.gives === 'rows') return { rows: prepared.all(...values) as StatementResult['rows'], changes: 0 }
      return { rows: [], changes: Number(prepared.run(...values).changes) }
    } catch (error) {
      throw translated(error, this.#name, statement)
    }
  }

  runSteps<Result>(steps: Steps<Result>): Result {
    return runSteps(steps, (statements) => this.together(() => statements.map((statement) => this.run(statement))))
  }

  /** Several reads as one: they see the same moment. */
  snapshot<Result>(read: () => Result): Result {
    this.#control('BEGIN')
    try {
      return read()
    } finally {
      this.rollback()
    }
  }

  exec(sql: string): void {
    try {
      this.#driver.exec(sql)
    } catch (error) {
      throw translated(error, this.#name)
    }
  }

  /** Begins to write, which only one connection to the file can do at a time; false when another one is at it. */
  tryBegin(): boolean {
    try {
      this.#prepared('BEGIN IMMEDIATE').run()
      return true
    } catch (error) {
      if (isBusy(error)) return false
      throw translated(error, this.#name)
    }
  }

  commit(): void {
    this.#control('COMMIT')
  }

  /** Takes everything back that is not committed; some errors have SQLite do so by itself. */
  rollback(): void {
    if (this.#driver.isTransaction) this.#control('ROLLBACK')
  }

  close(): void {
    this.#statements.clear()
    this.#driver.close()
  }

  #control(text: string): void {
    this.run({ text, values: [], gives: 'count' })
  }

  #prepared(text: string): SqliteStatement {
    const known = this.#statements.get(text)
    if (known !== undefined) return known
    const prepared = this.#driver.prepare(text)
    const [oldest] = this.#statements.keys()
    if (this.#statements.size >= CACHED_STATEMENTS && oldest !== undefined) this.#statements.delete(oldest)
    this.#statements.set(text, prepared)
    return prepared
  }
}
