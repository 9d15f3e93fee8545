import type { Domain } from '../../domain/domain.ts'
import { workerId } from '../../engine/worker-row.ts'
import { WORKER_CLUSTER } from '../../handlers/engine-tables.ts'

/**
 * Fails with `DatabaseError` (`MISSING_TABLE`) where an engine would fail at its first look and at each one after it: the tables were never created. Databases
 * whose tables somebody else makes may do without those of an engine.
 */
export async function refuseMissingTables({ name, providers, eventStore }: Domain): Promise<void> {
  for (const { database, isManaged } of providers.values()) if (isManaged) await database.load(WORKER_CLUSTER, [workerId(name, 'none')])
  await eventStore.head()
}
