import type { Criteria } from '../../ports/criteria.ts'
import type { ClusterSchema, Row, TableSchema } from '../../ports/table.ts'
import type { JsonObject } from '../../util/json.ts'

/** The state of an aggregate after one of its events, so that reading it need not begin with the first. Worth nothing without its stream, which it follows from. */
export interface Snapshot {
  readonly stream: string
  /** Stamp of the fields and functions that the state was made with. */
  readonly shape: string
  /** Position of the last event in it, that event's id, and the latest time of all events in it. */
  readonly version: number
  readonly eventId: string
  readonly latestTime: Date
  readonly state: JsonObject
}

/**
 * Kept in a table beside the event store's and not in streams: what the newest events make worthless can be deleted there, takes no places in the
 * order of all messages, and is no message that readers would have to skip.
 */
export const SNAPSHOT_TABLE: TableSchema = {
  name: 'protean_snapshot',
  element: 'Snapshot',
  primaryKey: 'id',
  columns: [
    { name: 'id', type: 'text', required: true, field: 'id' },
    { name: 'stream', type: 'text', required: true, field: 'stream' },
    { name: 'shape', type: 'text', required: true, field: 'shape' },
    { name: 'version', type: 'integer', required: true, field: 'version' },
    { name: 'event_id', type: 'text', required: true, field: 'eventId' },
    { name: 'latest_time', type: 'timestamp', required: true, field: 'latestTime' },
    { name: 'state', type: 'json', required: true, field: 'state' },
  ],
  uniques: [],
  indexes: [
    {
      name: 'ix_protean_snapshot_stream_version',
      columns: [
        { name: 'stream', descending: false },
        { name: 'version', descending: true },
      ],
      include: [],
    },
  ],
}

export const SNAPSHOT_CLUSTER: ClusterSchema = { table: SNAPSHOT_TABLE, children: [] }

/** Two of one version and shape are the same, whoever took them. */
export function rowOf({ stream, shape, version, eventId, latestTime, state }: Snapshot): Row {
  return { id: `${shape}:${version}:${stream}`, stream, shape, version, event_id: eventId, latest_time: latestTime, state }
}

export function snapshotOf(row: Row): Snapshot {
  return {
    stream: row.stream as string,
    shape: row.shape as string,
    version: row.version as number,
    eventId: row.event_id as string,
    latestTime: row.latest_time as Date,
    state: row.state as JsonObject,
  }
}

/** How a column of the table compares with a value. */
export function where(
  column: 'stream' | 'shape' | 'version' | 'latest_time',
  lookup: 'eq' | 'lt' | 'lte' | 'gt',
  value: string | number | Date,
): Criteria {
  return { op: 'compare', column, lookup, value }
}
