import { CHECKPOINT_TABLE } from '../../handlers/engine-tables.ts'
import type { Message } from '../../messaging/message.ts'
import { categoryOf } from '../../messaging/stream-name.ts'
import type { RowInserts } from '../../ports/change-set.ts'
import type { Row } from '../../ports/table.ts'
import { LogSource } from '../message-source.ts'
import type { SubscriptionPlan } from '../subscription-plan.ts'
import type { LogPart } from './log-part.ts'
import type { RebuildPlan } from './rebuild-plan.ts'

const PAGE = 500

/**
 * Checkpoints that keep an engine whose lease has expired under it from doing to the new table what is in it already: it may still be handling events
 * that it read behind the saved cursor (`held.saved`). Their streams get checkpoints of a version that it cannot have read. `ends` are the cursors of the last
 * events in the new table (`endsOf`); what comes after those is nobody's yet.
 */
export async function checkpointsAgainst(
  { id, plan }: RebuildPlan['subscriptions'][number],
  held: Row,
  ends: Readonly<Record<string, string>>,
): Promise<RowInserts> {
  const saved = (held.saved as { readonly cursors?: Readonly<Record<string, string>> } | null)?.cursors ?? {}
  const positions = new Map<string, number>()
  for (const source of plan.sources) {
    const end = ends[endKey(id, source.key)]
    if (end !== undefined)
      for (const [stream, position] of await positionsUpTo(source, saved[source.key], end)) positions.set(stream, position)
  }
  const rows = [...positions].map(([stream, position]) => ({
    id: `${id}|${stream}`,
    subscription: id,
    stream,
    position,
    updated_at: held.updated_at as Date,
    version: -(held.token as number),
  }))
  return { table: CHECKPOINT_TABLE, rows }
}

/** The cursor of the last of these messages that each source of each subscription has. */
export function endsOf({ subscriptions }: RebuildPlan, part: LogPart, messages: readonly Message[]): Readonly<Record<string, string>> {
  const ends: Record<string, string> = {}
  for (const { id, plan } of subscriptions) {
    for (const source of plan.sources) {
      if (!(source instanceof LogSource) || source.store !== part.store) continue
      const { category, types } = source
      const last = messages.findLast(
        (one) => (category === '$all' || category === categoryOf(one.stream)) && (types?.includes(one.type) ?? true),
      )
      if (last?.stored !== undefined) ends[endKey(id, source.key)] = last.stored.cursor
    }
  }
  return ends
}

function endKey(subscription: string, source: string): string {
  return `${subscription}|${source}`
}

/** The last position of every stream between two places in the log; of none, where the end comes before the beginning. */
async function positionsUpTo(
  source: SubscriptionPlan['sources'][number],
  from: string | undefined,
  end: string,
): Promise<ReadonlyMap<string, number>> {
  const positions = new Map<string, number>()
  for (let cursor = from; ; ) {
    const page = await source.read(cursor, PAGE)
    for (const { stream, stored } of page.messages) {
      if (stored === undefined) continue
      positions.set(stream, stored.position)
      if (stored.cursor === end) return positions
    }
    if (page.messages.length < PAGE) return NONE
    cursor = page.cursor
  }
}

const NONE: ReadonlyMap<string, number> = new Map()
