import type { DatabaseDefect } from './broken-database.ts'
import { claimingDefects } from './databases-claiming.ts'
import { livingDefects } from './databases-living.ts'
import { readingDefects } from './databases-reading.ts'
import { refusingDefects } from './databases-refusing.ts'
import { replacingDefects } from './databases-replacing.ts'
import { transactingDefects } from './databases-transacting.ts'
import { writingDefects } from './databases-writing.ts'

export const databaseDefects: readonly DatabaseDefect[] = [
  ...writingDefects,
  ...readingDefects,
  ...transactingDefects,
  ...claimingDefects,
  ...replacingDefects,
  ...livingDefects,
  ...refusingDefects,
]
