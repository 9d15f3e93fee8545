import { createHash } from 'node:crypto'
import type { MigrationPlan } from '../../ports/schema-tools.ts'

export interface MigrationHeading {
  readonly name: string
  /** The database that it is for. */
  readonly database: string
  readonly provider: string
  readonly writtenAt: Date
}

const FOREIGN_KEYS = `-- Where a table is made anew, foreign keys have to be off, as they are in "protean db migrate"; elsewhere: PRAGMA foreign_keys = OFF.
`

/** A plan as a script that a person can read and change before it is applied. */
export function migrationText(plan: MigrationPlan, { name, database, provider, writtenAt }: MigrationHeading): string {
  const heading = `-- Migration "${name}" of the database "${database}" (${provider}), written at ${writtenAt.toISOString()}.
-- Read it, change it where you know better, and apply it with "protean db migrate": in one transaction, once.
`
  return `${heading}${provider === 'sqlite' ? FOREIGN_KEYS : ''}\n${changesText(plan)}`
}

/** The changes alone, each below what it does, and below them as comments what is left as it is. */
export function changesText({ changes, leftOver }: MigrationPlan): string {
  const scripts = changes.map(({ about, sql }) => `-- ${about}\n${sql.map((statement) => `${statement};\n`).join('')}`)
  const rest = leftOver.map((sentence) => `-- ${sentence}\n`).join('')
  return [...scripts, ...(rest === '' ? [] : [`-- Left as it is; --destructive drops it and changes types:\n${rest}`])].join('\n')
}

/** What tells that a script is still the one that was applied. Ends of lines do not count: they depend on who checked the file out. */
export function checksumOf(sql: string): string {
  return createHash('sha256').update(sql.replaceAll('\r\n', '\n')).digest('hex')
}
