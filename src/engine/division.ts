import { createHash } from 'node:crypto'
import { WORKER_CLUSTER } from '../handlers/engine-tables.ts'
import type { Partition } from '../messaging/partition.ts'
import { partitionOf } from '../messaging/partition.ts'
import type { Database } from '../ports/database.ts'
import type { Row } from '../ports/table.ts'
import { changeWorkerRow } from './worker-row.ts'

/**
 * Into how many parts a subscription is divided, and what its messages are kept in order by: a field of theirs, or nothing for the usual (their stream or
 * process). Part of what its rows are about: who wants it otherwise cannot go on from them without more ado.
 */
export interface Division {
  readonly parts: number
  readonly order: string
}

/** What a row of a subscription has saved. */
export interface SavedProgress {
  /** By the key of the source. */
  readonly cursors?: Readonly<Record<string, string>>
  /** Absent for the usual order. */
  readonly order?: string
  /** Orders of before, by which there may be checkpoints of what is read. */
  readonly earlier?: readonly string[]
  /** Groups of a broker that nobody reads any more, to be removed. */
  readonly leftGroups?: readonly string[]
  /** In the row of the subscription, where it has more than one. */
  readonly parts?: number
}

export function savedIn(row: Row | undefined): SavedProgress {
  return (row?.saved ?? {}) as SavedProgress
}

/** The division in force, from the row of the subscription itself. */
export function divisionIn(row: Row | undefined): Division {
  const { parts = 1, order = '' } = savedIn(row)
  return { parts, order }
}

/** Key of a part's row, and of its group at a broker. A subscription in one part is its part. */
export function partId(subscription: string, { index, count }: Partition): string {
  return count === 1 ? subscription : `${subscription}#${index + 1}/${count}`
}

export function partIds(subscription: string, count: number): readonly string[] {
  return Array.from({ length: count }, (_, index) => partId(subscription, { index, count }))
}

/** The part that a message belongs to, with all that it is kept in order with. A stream is where every log would put it. */
export function partOfUnit(unit: string, stream: string, count: number): number {
  if (unit === stream) return partitionOf(stream, count)
  return createHash('sha256').update(unit).digest().readUInt32BE() % count
}

/** The rows of a subscription that were ever made, by their keys. */
export async function subscriptionRows(database: Database, subscription: string): Promise<ReadonlyMap<string, Row>> {
  const { rows } = await database.select({
    cluster: WORKER_CLUSTER,
    where: {
      op: 'or',
      terms: [
        { op: 'compare', column: 'id', lookup: 'eq', value: subscription },
        { op: 'compare', column: 'id', lookup: 'startsWith', value: `${subscription}#` },
      ],
    },
    orderBy: [],
  })
  return new Map(rows.map(({ row }) => [row.id as string, row]))
}

/** The rows of the division in force; the subscription's own where there is none yet. */
export async function ownersRows(database: Database, subscription: string): Promise<readonly string[]> {
  const rows = await subscriptionRows(database, subscription)
  return partIds(subscription, divisionIn(rows.get(subscription)).parts)
}

/** Changes what others may change in the rows of all parts, whoever holds them. */
export async function changeAllParts(
  database: Database,
  subscription: string,
  now: Date,
  changes: { readonly state?: 'running' | 'paused'; readonly signal?: string },
): Promise<void> {
  for (const id of await ownersRows(database, subscription)) await changeWorkerRow(database, id, now, changes)
}
