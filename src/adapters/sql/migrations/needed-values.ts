import type { Problem } from '../../../errors.ts'
import { ConfigurationError } from '../../../errors.ts'
import type { ColumnSchema } from '../../../ports/table.ts'
import type { Dialect } from '../dialect.ts'
import type { Statement } from '../statement.ts'
import type { Steps } from '../steps.ts'
import { isRequired } from '../tables.ts'
import type { TableChange } from './compare-table.ts'

interface Question {
  readonly change: TableChange
  readonly column: ColumnSchema
  /** Gives a row when there are stored rows that would need a value. */
  readonly statement: Statement
}

/** Fails with `ConfigurationError` where rows that are there would need a value that nothing tells. */
export function* checkNeededValues(dialect: Dialect, changes: readonly TableChange[]): Steps<void> {
  const questions = changes.flatMap((change) => questionsOf(dialect, change))
  if (questions.length === 0) return
  const answers = yield questions.map(({ statement }) => statement)
  const problems = questions.filter((_, at) => answers[at]?.rows.length !== 0).map(problemOf)
  if (problems.length > 0) throw new ConfigurationError(problems)
}

function questionsOf(dialect: Dialect, change: TableChange): readonly Question[] {
  const formerName = new Map([...change.renamed].map(([former, now]) => [now, former]))
  const added = change.added.filter((column) => isRequired(change.table, column)).map((column) => ({ column, where: '' }))
  const required = change.required.map((column) => {
    const now = dialect.shortName(column.name)
    return { column, where: ` WHERE ${dialect.identifier(formerName.get(now) ?? now)} IS NULL` }
  })
  return [...added, ...required]
    .filter(({ column }) => column.initial === undefined)
    .map(({ column, where }) => {
      const text = `SELECT 1 AS found FROM ${dialect.table(change.table.name)}${where} LIMIT 1`
      return { change, column, statement: { text, values: [], gives: 'rows' } }
    })
}

function problemOf({ change: { table }, column }: Question): Problem {
  return {
    code: 'MIGRATION_NEEDS_VALUE',
    element: table.element,
    message: `requires ${column.field}, which rows in ${table.name} do not have.`,
    fix: 'Give the field a default; or let it be optional, fill it in, and require it in a later migration.',
  }
}
