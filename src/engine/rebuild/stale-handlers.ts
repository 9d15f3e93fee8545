import type { Message } from '../../messaging/message.ts'
import { categoryOf } from '../../messaging/stream-name.ts'
import type { Row } from '../../ports/table.ts'
import { checkpointId } from '../book.ts'
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
): Promise<readonly Row[]> {
  const saved = (held.saved as { readonly cursors?: Readonly<Record<string, string>> } | null)?.cursors ?? {}
  const last = new Map<string, Message>()
  for (const source of plan.sources) {
    const end = ends[endKey(id, source.key)]
    const between = end === undefined ? [] : await messagesUpTo(source, saved[source.key], end)
    for (const message of between) {
      const unit = plan.unitOf === undefined ? message.stream : plan.unitOf(message)
      if (unit !== undefined) last.set(checkpointId(id, unit, message.stream), message)
    }
  }
  return [...last].map(([checkpoint, { stream, stored }]) => ({
    id: checkpoint,
    subscription: id,
    stream,
    position: stored?.position ?? 0,
    updated_at: held.updated_at as Date,
    version: -(held.token as number),
  }))
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

/** What lies between two places in the log; nothing, where the end comes before the beginning. */
async function messagesUpTo(
  source: SubscriptionPlan['sources'][number],
  from: string | undefined,
  end: string,
): Promise<readonly Message[]> {
  const messages: Message[] = []
  for (let cursor = from; ; ) {
    const page = await source.read(cursor, PAGE)
    for (const message of page.messages) {
      messages.push(message)
      if (message.stored?.cursor === end) return messages
    }
    if (page.messages.length < PAGE) return []
    cursor = page.cursor
  }
}
