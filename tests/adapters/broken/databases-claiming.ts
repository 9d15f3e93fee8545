import type { Claim, Database } from '../../../src/ports/database.ts'
import type { DatabaseDefect } from './broken-database.ts'
import { brokenDatabase } from './broken-database.ts'
import { overriding } from './defect.ts'

const alone = 'G9: what one caller claims, no other one is given'
const held = 'what a transaction claims is its own until it ends'

/** Looks first and marks later, as if nobody could come in between. */
async function lookThenMark(inner: Database, claim: Claim) {
  const { cluster, values } = claim
  const { rows } = await inner.select(claim)
  for (const { row } of rows) {
    const where = { op: 'compare', column: cluster.table.primaryKey, lookup: 'eq', value: row.id ?? null } as const
    await inner.claim({ cluster, where, orderBy: [], values })
  }
  const ids = rows.map(({ row }) => String(row.id))
  return inner.load(cluster, ids)
}

export const claimingDefects: readonly DatabaseDefect[] = [
  brokenDatabase('it looks for rows first and marks them later', alone, (inner) => ({ claim: (claim) => lookThenMark(inner, claim) })),
  brokenDatabase('it gives the rows as they were before', alone, (inner) => ({
    claim: async (claim) => {
      const { rows } = await inner.select(claim)
      await inner.claim(claim)
      return rows
    },
  })),
  brokenDatabase('it claims in no order', alone, (inner) => ({ claim: (claim) => inner.claim({ ...claim, orderBy: [] }) })),
  brokenDatabase('it forgets the limit', alone, (inner) => ({ claim: ({ limit: _, ...claim }) => inner.claim(claim) })),
  brokenDatabase('its transactions claim and hold nothing', held, (inner) => ({
    begin: async () => {
      const transaction = await inner.begin()
      return overriding(transaction, { claim: async (claim) => (await transaction.select(claim)).rows })
    },
  })),
  brokenDatabase('its transactions mark rows at once and for good', held, (inner) => ({
    begin: async () => {
      const transaction = await inner.begin()
      return overriding(transaction, {
        claim: (claim) => (Object.keys(claim.values).length > 0 ? inner : transaction).claim(claim),
      })
    },
  })),
]
