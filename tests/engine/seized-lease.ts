import type { Domain } from 'proteanjs'
import { isRace, workerId } from '../../src/engine/worker-row.ts'
import { WORKER_CLUSTER, WORKER_TABLE } from '../../src/handlers/engine-tables.ts'
import { NO_CHANGES } from '../../src/ports/change-set.ts'
import type { Database } from '../../src/ports/database.ts'
import type { Row } from '../../src/ports/table.ts'

/** The row of a worker in the default database; undefined while nobody has worked on it. */
export async function workerRow(domain: Domain, worker: string): Promise<Row | undefined> {
  const [found] = await databaseOf(domain).load(WORKER_CLUSTER, [workerId(domain.name, worker)])
  return found?.row
}

/** Takes a lease away from whoever has it, as a long pause of its process would. */
export async function seizeLease(domain: Domain, worker: string): Promise<void> {
  for (;;) {
    const row = await workerRow(domain, worker)
    if (row === undefined) throw new Error(`nobody has worked on ${worker}`)
    const version = row.version as number
    const taken = { ...row, owner: null, expires_at: null, version: version + 1 }
    const update = { table: WORKER_TABLE, id: row.id as string, expectedVersion: version, row: taken }
    try {
      await databaseOf(domain).commit({ ...NO_CHANGES, updates: [update] })
      return
    } catch (error) {
      // Whoever has it writes its row meanwhile.
      if (!isRace(error)) throw error
    }
  }
}

function databaseOf(domain: Domain): Database {
  return domain.providers.get('default')?.database as Database
}
