/**
 * What an engine keeps in the databases of the domain, beside the domain's own rows, so that it commits with them. One place for all of it: a database
 * that is managed has these tables whether or not an engine ever runs.
 */
import type { ClusterSchema, ColumnSchema, ColumnType, TableSchema } from '../ports/table.ts'

/** One row for each worker: who holds it until when, whether it is paused, and how far it has read. */
export const WORKER_TABLE: TableSchema = {
  ...named('protean_worker', 'Worker of an engine'),
  columns: [
    column('id', 'text'),
    optional('owner', 'text'),
    column('token', 'integer'),
    optional('expires_at', 'timestamp'),
    column('state', 'text'),
    optional('saved', 'json'),
    /** Changes when somebody wants the holder to look at its work again. */
    optional('signal', 'text'),
    column('updated_at', 'timestamp'),
    column('version', 'integer'),
  ],
}

/** "This subscription has dealt with this stream through this position": written in the transaction of the handler's effects. */
export const CHECKPOINT_TABLE: TableSchema = {
  ...named('protean_checkpoint', 'Checkpoint'),
  columns: [
    column('id', 'text'),
    column('subscription', 'text'),
    column('stream', 'text'),
    column('position', 'integer'),
    column('updated_at', 'timestamp'),
    column('version', 'integer'),
  ],
}

/** One row for each message that a subscription could not handle yet, or has given up. */
export const FAILURE_TABLE: TableSchema = {
  ...named('protean_failure', 'Failed message'),
  columns: [
    column('id', 'text'),
    column('subscription', 'text'),
    column('handler', 'text'),
    column('stream', 'text'),
    column('position', 'integer'),
    column('type', 'text'),
    column('message_id', 'text'),
    /** The message as a record, so that it outlives the log it came from. */
    column('message', 'json'),
    column('attempts', 'integer'),
    column('status', 'text'),
    optional('due_at', 'timestamp'),
    optional('code', 'text'),
    column('reason', 'text'),
    optional('stack', 'text'),
    column('created_at', 'timestamp'),
    column('updated_at', 'timestamp'),
    column('version', 'integer'),
  ],
  indexes: [
    {
      name: 'protean_failure_by_subscription',
      columns: [
        { name: 'subscription', descending: false },
        { name: 'status', descending: false },
      ],
      include: [],
    },
  ],
}

/** One row for each projection that was ever rebuilt: by whom, and how far. It changes in the transactions that write the new table. */
export const REBUILD_TABLE: TableSchema = {
  ...named('protean_rebuild', 'Rebuild of a projection'),
  columns: [
    column('id', 'text'),
    column('phase', 'text'),
    optional('owner', 'text'),
    optional('expires_at', 'timestamp'),
    /** Of the table and its projectors: a rebuild that was begun for others is of no use. */
    column('shape', 'text'),
    column('state', 'json'),
    column('started_at', 'timestamp'),
    column('updated_at', 'timestamp'),
    column('version', 'integer'),
  ],
}

export const WORKER_CLUSTER = alone(WORKER_TABLE)
export const CHECKPOINT_CLUSTER = alone(CHECKPOINT_TABLE)
export const FAILURE_CLUSTER = alone(FAILURE_TABLE)
export const REBUILD_CLUSTER = alone(REBUILD_TABLE)

/** To be created with the tables of the domain. */
export const ENGINE_CLUSTERS: readonly ClusterSchema[] = [WORKER_CLUSTER, CHECKPOINT_CLUSTER, FAILURE_CLUSTER, REBUILD_CLUSTER]

function named(name: string, element: string): Omit<TableSchema, 'columns'> {
  return { name, element, primaryKey: 'id', versionColumn: 'version', uniques: [], indexes: [] }
}

function column(name: string, type: ColumnType): ColumnSchema {
  return { name, type, required: true, field: name }
}

function optional(name: string, type: ColumnType): ColumnSchema {
  return { name, type, required: false, field: name }
}

function alone(table: TableSchema): ClusterSchema {
  return { table, children: [] }
}
