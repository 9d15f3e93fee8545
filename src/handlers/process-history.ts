import type { Database } from '../ports/database.ts'
import type { ClusterSchema, Row, TableSchema } from '../ports/table.ts'
import type { JsonObject } from '../util/json.ts'

/**
 * One row for each event that a process has handled, written in the transaction of what it did: so an event that is delivered again changes nothing,
 * and it can be seen how a process came to be where it is.
 */
export const PROCESS_STEP_TABLE: TableSchema = {
  name: 'protean_process_step',
  element: 'Process step',
  primaryKey: 'id',
  isNamedByOthers: true,
  columns: [
    { name: 'id', type: 'text', required: true, field: 'id' },
    { name: 'process', type: 'text', required: true, field: 'process' },
    { name: 'instance', type: 'text', required: true, field: 'instance' },
    { name: 'version', type: 'integer', required: true, field: 'version' },
    { name: 'message_id', type: 'text', required: true, field: 'messageId' },
    { name: 'message_type', type: 'text', required: true, field: 'messageType' },
    { name: 'state', type: 'json', required: true, field: 'state' },
    { name: 'handled_at', type: 'timestamp', required: true, field: 'handledAt' },
  ],
  uniques: [],
  indexes: [
    {
      name: 'ix_protean_process_step_instance',
      columns: ['process', 'instance', 'version'].map((name) => ({ name, descending: false })),
      include: [],
    },
  ],
}

export const PROCESS_STEP_CLUSTER: ClusterSchema = { table: PROCESS_STEP_TABLE, children: [] }

/** An event that a process has handled, and what that left. */
export interface ProcessStepRecord {
  /** Of the process, after the step; 0 for the first. */
  readonly version: number
  readonly messageId: string
  readonly messageType: string
  /** The fields of the process after the step, as plain data. */
  readonly state: JsonObject
  readonly handledAt: Date
}

export function stepId(process: string, instance: string, messageId: string): string {
  return `${process}|${instance}|${messageId}`
}

export function stepRow(process: string, instance: string, record: ProcessStepRecord): Row {
  const { version, messageId, messageType, state, handledAt } = record
  return {
    id: stepId(process, instance, messageId),
    process,
    instance,
    version,
    message_id: messageId,
    message_type: messageType,
    state,
    handled_at: handledAt,
  }
}

/** What a process has been through, the first step first. */
export async function processHistory(database: Database, process: string, instance: string): Promise<readonly ProcessStepRecord[]> {
  const { rows } = await database.select({
    cluster: PROCESS_STEP_CLUSTER,
    where: {
      op: 'and',
      terms: [
        { op: 'compare', column: 'process', lookup: 'eq', value: process },
        { op: 'compare', column: 'instance', lookup: 'eq', value: instance },
      ],
    },
    orderBy: [{ column: 'version', descending: false }],
  })
  return rows.map(({ row }) => ({
    version: row.version as number,
    messageId: row.message_id as string,
    messageType: row.message_type as string,
    state: row.state as JsonObject,
    handledAt: row.handled_at as Date,
  }))
}
