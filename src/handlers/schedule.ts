import { IncorrectUsageError } from '../errors.ts'
import type { Message } from '../messaging/message.ts'
import { decodeMessage, encodeMessage } from '../messaging/message-codec.ts'
import type { ScheduleTime } from '../model/process-manager-base.ts'
import type { Criteria } from '../ports/criteria.ts'
import type { Database } from '../ports/database.ts'
import type { ClusterSchema, TableSchema } from '../ports/table.ts'
import type { Runtime } from '../unit-of-work/runtime.ts'
import type { UnitOfWork } from '../unit-of-work/unit-of-work.ts'
import type { JsonObject } from '../util/json.ts'
import { camelCaseName } from '../util/names.ts'

/**
 * One row for each message that is to be sent later, written in the transaction of what wants it sent, and deleted in the one that sends it: a row that was
 * cancelled, or that another process was faster with, is gone, and whoever would send it too gets nowhere. Rows are never changed, but for `problem` and `failed_at`.
 */
export const SCHEDULE_TABLE: TableSchema = {
  name: 'protean_schedule',
  element: 'Scheduled message',
  primaryKey: 'id',
  versionColumn: '_version',
  isNamedByOthers: true,
  columns: [
    { name: 'id', type: 'text', required: true, field: 'id' },
    { name: 'domain', type: 'text', required: true, field: '_domain' },
    { name: 'owner', type: 'text', required: false, field: '_owner' },
    { name: 'key', type: 'text', required: false, field: '_key' },
    { name: 'due_at', type: 'timestamp', required: true, field: 'dueAt' },
    { name: 'message', type: 'json', required: true, field: 'message' },
    { name: 'problem', type: 'text', required: false, field: 'problem' },
    { name: 'failed_at', type: 'timestamp', required: false, field: 'failedAt' },
    { name: '_version', type: 'integer', required: true, field: '_version' },
  ],
  uniques: [{ name: 'uq_protean_schedule_owner_key', columns: ['owner', 'key'], fields: ['_owner', '_key'] }],
  indexes: [{ name: 'ix_protean_schedule_due_at', columns: [{ name: 'due_at', descending: false }], include: [] }],
}

export const SCHEDULE_CLUSTER: ClusterSchema = { table: SCHEDULE_TABLE, children: [] }

/** A message to be sent later. */
export interface Scheduled {
  readonly message: Message
  readonly dueAt: Date
  /** Whose it is, and under which of its names, if under any. */
  readonly owner: string | undefined
  readonly key: string | undefined
}

const listeners = new WeakMap<Database, Set<() => void>>()

/** Calls `listener` when something was scheduled in a database by this process. Returns how to stop. */
export function onScheduled(database: Database, listener: () => void): () => void {
  const known = listeners.get(database) ?? new Set()
  listeners.set(database, known)
  known.add(listener)
  return () => known.delete(listener)
}

/** Notes that a message is to be sent later, to be committed with the unit of work. What bears the same owner and key must have been cancelled in it. */
export function schedule(unitOfWork: UnitOfWork, database: Database, { message, dueAt, owner, key }: Scheduled): void {
  const row = {
    id: message.id,
    domain: domainOf(message.type),
    owner: owner ?? null,
    key: key ?? null,
    due_at: dueAt,
    message: encodeMessage(message) as unknown as JsonObject,
    problem: null,
    failed_at: null,
    _version: 0,
  }
  unitOfWork.insert(SCHEDULE_TABLE, row, database)
  unitOfWork.listeners ??= []
  unitOfWork.listeners.push(() => {
    for (const listener of listeners.get(database) ?? []) listener()
  })
}

/** What a domain has scheduled: others may share the database, and know nothing of its messages. */
export function scheduledIn(domainName: string): Criteria {
  return { op: 'compare', column: 'domain', lookup: 'eq', value: camelCaseName(domainName) }
}

/** The domain that a type of its own says. */
function domainOf(type: string): string {
  return type.slice(0, type.indexOf('.'))
}

/** Cancels what an owner has scheduled under these keys. Gives how much that was. */
export async function unschedule(unitOfWork: UnitOfWork, database: Database, owner: string, keys: readonly string[]): Promise<number> {
  const where: Criteria = {
    op: 'and',
    terms: [
      { op: 'compare', column: 'owner', lookup: 'eq', value: owner },
      { op: 'compare', column: 'key', lookup: 'in', value: keys },
    ],
  }
  return (await unitOfWork.bulkWrites(database)).deleteWhere(SCHEDULE_TABLE, where)
}

/** What an owner has scheduled and not cancelled, the next first. */
export async function scheduledBy(database: Database, owner: string): Promise<readonly Scheduled[]> {
  const { rows } = await database.select({
    cluster: SCHEDULE_CLUSTER,
    where: { op: 'compare', column: 'owner', lookup: 'eq', value: owner },
    orderBy: [{ column: 'due_at', descending: false }],
  })
  return rows.map(({ row }) => ({
    message: decodeMessage(row.message),
    dueAt: row.due_at as Date,
    owner,
    key: (row.key as string | null) ?? undefined,
  }))
}

/** The instant that is meant. */
export function dueAt({ clock }: Runtime, time: ScheduleTime): Date {
  const { at, afterSeconds } = time
  const due = at ?? new Date(clock.now().getTime() + Number(afterSeconds) * 1000)
  const isClear = (at === undefined) !== (afterSeconds === undefined) && due instanceof Date && !Number.isNaN(due.getTime())
  if (isClear && (afterSeconds === undefined || afterSeconds >= 0)) return due
  throw new IncorrectUsageError(
    'What is scheduled needs a time: { at } with a valid Date, or { afterSeconds } with a number of seconds from now, 0 or more.',
    { code: 'SCHEDULE_TIME_INVALID' },
  )
}
