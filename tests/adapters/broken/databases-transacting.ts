import type { ChangeSet } from '../../../src/ports/change-set.ts'
import { NO_CHANGES } from '../../../src/ports/change-set.ts'
import type { Database, Transaction } from '../../../src/ports/database.ts'
import { UniqueViolation } from '../../../src/ports/unique-violation.ts'
import type { DatabaseDefect } from './broken-database.ts'
import { brokenDatabase } from './broken-database.ts'
import { overriding } from './defect.ts'
import { ReservedOrder } from './reserved-order.ts'

const whole = 'G1: a transaction is stored as a whole or not at all'
const together = 'G1: rows and events are committed together'
const late = 'G1: events of a transaction are there when it has committed'
const once = 'a transaction ends once'

function transacting(
  defect: string,
  breaks: string,
  overrides: (inner: Transaction, database: Database) => Partial<Transaction>,
): DatabaseDefect {
  return brokenDatabase(defect, breaks, (database) => ({
    begin: async () => {
      const inner = await database.begin()
      return overriding<Transaction>(inner, overrides(inner, database))
    },
  }))
}

function withoutVersions(changes: ChangeSet): ChangeSet {
  return { ...changes, updates: changes.updates.map((update) => ({ ...update, expectedVersion: undefined })) }
}

/** Checks versions when changes are applied, and not again when they are committed. */
function checkingEarly(inner: Transaction, database: Database): Partial<Transaction> {
  const applied: ChangeSet[] = []
  return {
    apply: async (changes) => {
      const receipt = await inner.apply(changes)
      applied.push(changes)
      return receipt
    },
    commit: async (changes) => {
      if (applied.some(({ appends }) => appends.length > 0)) return inner.commit(changes)
      await inner.count(applied[0]?.updates[0]?.table ?? never(), { op: 'and', terms: [] })
      await inner.rollback()
      for (const one of applied) await database.commit(withoutVersions(one))
      return database.commit(changes)
    },
  }
}

function never(): never {
  throw new Error('nothing was applied')
}

export const transactingDefects: readonly DatabaseDefect[] = [
  brokenDatabase('it commits rows before events', together, (inner) => ({
    commit: async (changes) => {
      const { generated } = await inner.commit({ ...changes, appends: [] })
      return { generated, positions: (await inner.commit({ ...NO_CHANGES, appends: changes.appends })).positions }
    },
  })),
  brokenDatabase('it commits events before rows', together, (inner) => ({
    commit: async (changes) => {
      const { positions } = await inner.commit({ ...NO_CHANGES, appends: changes.appends })
      return { generated: (await inner.commit({ ...changes, appends: [] })).generated, positions }
    },
  })),
  brokenDatabase('it loses the last message of an append', together, (inner) => ({
    commit: (changes) =>
      inner.commit({
        ...changes,
        appends: changes.appends.map((append) => ({ ...append, messages: append.messages.slice(0, append.messages.length - 1 || 1) })),
      }),
  })),
  transacting('a rollback leaves what was done', whole, (inner) => ({
    rollback: async () => {
      await inner.commit(NO_CHANGES).catch(() => undefined)
    },
  })),
  transacting('what it applies can be seen at once', whole, (inner, database) => ({
    apply: async (changes) => {
      await inner.count(changes.inserts[0]?.table ?? changes.updates[0]?.table ?? never(), { op: 'and', terms: [] })
      return database.commit(changes)
    },
  })),
  transacting('it goes on after a change that failed', whole, (inner, database) => ({
    apply: (changes) => inner.apply(changes).catch(async () => inner.apply(NO_CHANGES).catch(() => database.commit(NO_CHANGES))),
  })),
  transacting('it does not see what it has changed', 'a transaction sees what it has changed', (_inner, database) => ({
    load: (...wanted) => database.load(...wanted),
    select: (selection) => database.select(selection),
    count: (...wanted) => database.count(...wanted),
  })),
  transacting(
    'it checks versions when it applies changes, not when it commits',
    'G2: a transaction with a stale write is refused',
    checkingEarly,
  ),
  transacting('it gives way silently when a value is taken', 'a transaction with a value that somebody else took is refused', (inner) => ({
    commit: async (changes) => {
      try {
        return await inner.commit(changes)
      } catch (error) {
        if (error instanceof UniqueViolation) return { generated: [], positions: new Map() }
        throw error
      }
    },
  })),
  transacting('it forgets what it changed by a condition', 'a change by a condition holds until the transaction commits', (inner) => ({
    updateWhere: (table, where) => inner.count(table, where),
  })),
  transacting('it can be committed again', once, (inner) => ({
    commit: (changes) => inner.commit(changes).catch((error: { readonly code?: string }) => again(error)),
  })),
  transacting('it commits events at once', late, (inner, database) => ({
    apply: async (changes) => {
      await inner.apply({ ...changes, appends: [] })
      return database.commit({ ...NO_CHANGES, appends: changes.appends })
    },
  })),
  {
    defect: 'readers follow the order in which places were reserved',
    breaks: 'G3: readers miss nothing that a transaction commits late',
    create: () => {
      const order = new ReservedOrder()
      return order.database()
    },
  },
  brokenDatabase('it claims to have no transactions', 'a database without transactions says so', () => ({
    capabilities: { transactions: false, durable: false },
  })),
]

function again(error: { readonly code?: string }) {
  if (error.code === 'TRANSACTION_ENDED') return { generated: [], positions: new Map<string, number>() }
  throw error
}
