import { afterEach, beforeEach, expect, test } from 'vitest'
import type { PostgresDatabase } from '../../../src/adapters/postgres/database.ts'
import { NO_CHANGES } from '../../../src/ports/change-set.ts'
import type { Claim, DatabaseBulkWrites } from '../../../src/ports/database.ts'
import { times } from '../../../src/testing/conformance/assertions.ts'
import { inserting, is } from '../../../src/testing/conformance/rows.ts'
import { conformanceClusters, order, orders } from '../../../src/testing/conformance/schemas.ts'
import { describePostgres } from '../../support/postgres.ts'
import { postgresDatabase } from '../support/postgres-harness.ts'

const ROWS = 400

describePostgres('claims on PostgreSQL', (server) => {
  let databases: readonly PostgresDatabase[]

  beforeEach(async () => {
    const schema = server.schema()
    databases = times(3, () => postgresDatabase(server, { schema, poolSize: 2, maxOverflow: 2 }).database)
    for (const database of databases) await database.open()
    await databases[0]!.createArtifacts(conformanceClusters)
  })

  afterEach(() => Promise.all(databases.map((database) => database.close())))

  async function claim(from: DatabaseBulkWrites, more: Partial<Claim> = {}): Promise<readonly string[]> {
    const all = { cluster: orders, where: is('status', 'draft'), orderBy: [], limit: 3, values: { status: 'taken' }, ...more }
    return (await from.claim(all)).map(({ row }) => String(row.id))
  }

  test('pass over what an open transaction has claimed, without waiting for it', async () => {
    const [one, other] = databases as [PostgresDatabase, PostgresDatabase]
    await one.commit(inserting(orders.table, ...times(5, (number) => order(`o${number}`))))
    const transaction = await one.begin()
    expect(await claim(transaction, { values: {} })).toEqual(['o0', 'o1', 'o2'])
    expect(await claim(other)).toEqual(['o3', 'o4'])
    expect(await claim(other)).toEqual([])
    await transaction.rollback()
    expect(await claim(other)).toEqual(['o0', 'o1', 'o2'])
  })

  test('of many callers, some of which give up, give every row to one of them', { timeout: 30_000 }, async () => {
    await databases[0]!.commit(inserting(orders.table, ...times(ROWS, (number) => order(`o${String(number).padStart(3, '0')}`))))
    const given: string[] = []
    const caller = async (number: number) => {
      const database = databases[number % databases.length]!
      for (let round = 0; ; round += 1) {
        const kind = (round + number) % 3
        if (kind === 0) {
          const own = await claim(database)
          given.push(...own)
          if (own.length === 0) return
        } else {
          const transaction = await database.begin()
          const own = await claim(transaction)
          if (kind === 1) await transaction.rollback()
          else {
            await transaction.commit(NO_CHANGES)
            given.push(...own)
          }
        }
      }
    }
    await Promise.all(times(12, caller))
    // What somebody gave up may have been passed over by those who then found nothing.
    given.push(...(await claim(databases[0]!, { limit: undefined })))
    expect(new Set(given).size).toBe(given.length)
    expect(given.length).toBe(ROWS)
    expect(await databases[0]!.count(orders.table, is('version', 1))).toBe(ROWS)
  })
})
