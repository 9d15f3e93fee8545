import { isProteanError } from '../../../src/errors.ts'
import type { DatabaseDefect } from './broken-database.ts'
import { brokenDatabase } from './broken-database.ts'

/** What an adapter gives that goes on where it should refuse. */
function goingOn<Result>(codes: readonly string[], instead: Result): (error: unknown) => Result {
  return (error) => {
    if (isProteanError(error) && codes.includes(error.code)) return instead
    throw error
  }
}

const nothing = { generated: [], positions: new Map<string, number>() }

export const refusingDefects: readonly DatabaseDefect[] = [
  brokenDatabase(
    'it quietly leaves out what it cannot keep',
    'G9: what some database could not keep, all refuse, with the field',
    (inner) => ({
      commit: (changes) => inner.commit(changes).catch(goingOn(['INVALID_VALUE'], nothing)),
      updateWhere: (table, where, values) => inner.updateWhere(table, where, values).catch(goingOn(['INVALID_VALUE'], 0)),
    }),
  ),
  brokenDatabase('it ignores changes that fit no table', 'G9: changes that fit no table are refused', (inner) => ({
    commit: (changes) => inner.commit(changes).catch(goingOn(['UNKNOWN_COLUMN', 'PRIMARY_KEY_CHANGED', 'NO_VERSION'], nothing)),
  })),
  brokenDatabase('it compares with what no row can have', 'G9: what no row can have is looked for in vain, or refused', (inner) => ({
    count: (table, where) => inner.count(table, where).catch(goingOn(['INVALID_OPERAND'], 0)),
  })),
]
