import type { Database } from '../../../src/ports/database.ts'
import type { DatabaseHarness } from '../../../src/testing/conformance/index.ts'
import { memoryDatabase } from '../support/memory-harness.ts'
import type { Defect } from './defect.ts'
import { overriding } from './defect.ts'

export type DatabaseDefect = Defect<DatabaseHarness>

/** A memory database, but for what `overrides` makes of it. */
export function brokenDatabase(defect: string, breaks: string, overrides: (inner: Database) => Partial<Database>): DatabaseDefect {
  return {
    defect,
    breaks,
    create: () => {
      const { database: inner, dispose } = memoryDatabase()
      return { database: overriding<Database>(inner, overrides(inner)), dispose }
    },
  }
}
