import type { DatabaseDefect } from './broken-database.ts'
import { livingDefects } from './databases-living.ts'
import { readingDefects } from './databases-reading.ts'
import { refusingDefects } from './databases-refusing.ts'
import { transactingDefects } from './databases-transacting.ts'
import { writingDefects } from './databases-writing.ts'

export const databaseDefects: readonly DatabaseDefect[] = [
  ...writingDefects,
  ...readingDefects,
  ...transactingDefects,
  ...livingDefects,
  ...refusingDefects,
]
