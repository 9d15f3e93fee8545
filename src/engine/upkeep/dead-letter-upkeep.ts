import type { Settings } from '../../domain/config/schema.ts'
import type { DomainInternals } from '../../domain/internals.ts'
import { FAILURE_CLUSTER } from '../../handlers/engine-tables.ts'
import { SCHEDULE_CLUSTER, scheduledIn } from '../../handlers/schedule.ts'
import type { Criteria } from '../../ports/criteria.ts'
import type { Database } from '../../ports/database.ts'
import type { JsonObject } from '../../util/json.ts'
import type { EngineContext } from '../engine-context.ts'
import { subscriptionSettings } from '../subscription-settings.ts'
import type { Worker } from '../worker.ts'
import { commonName } from '../worker.ts'
import { workerId } from '../worker-row.ts'
import type { Sweep } from './sweep.ts'
import { olderThan } from './sweep.ts'
import { Upkeep } from './upkeep.ts'

const HOUR_MS = 3_600_000
/** With their messages, so not many at once. */
const BATCH = 500

/**
 * Removes dead letters after their time, and says so when a worker has as many as an alert is raised at: once, and again only after there were fewer. What streams
 * wait for, and what is to be replayed, is not touched. `workers`: those of the same database.
 */
export function deadLetterUpkeep(context: EngineContext, home: Database, workers: readonly Worker[]): Upkeep {
  const { inside, clock } = context
  const { checkIntervalSeconds } = inside.settings.server.dlq
  return new Upkeep({
    name: `dead-letters:${home.name}`,
    home,
    clock,
    everyMs: checkIntervalSeconds * 1000,
    sweeps: () => deadLetterSweeps(inside, clock.now()),
    async review(known: JsonObject) {
      const before = (known.alerts ?? []) as readonly string[]
      const alerts: string[] = []
      // Dead letters are of a subscription, and not of one of its parts.
      const byName = new Map(workers.map((worker) => [commonName(worker), worker.deadLetters]))
      for (const [name, deadLetters] of byName) {
        if (deadLetters === undefined) continue
        const threshold = alertThreshold(inside.settings.server.dlq, deadLetters.alertAt)
        const count = await deadLetters.count()
        if (count < threshold) continue
        alerts.push(name)
        if (!before.includes(name))
          context.trace({ event: 'dead_letters.alert', worker: name, reason: `${count} dead letters; an alert is raised at ${threshold}` })
      }
      return { alerts }
    },
  })
}

/** As many dead letters are too many. */
export function alertThreshold(dlq: Settings['server']['dlq'], own: number | undefined): number {
  return own ?? dlq.alertThreshold
}

/** One for all handlers with the usual retention, and one for each that somebody has said another of. */
function deadLetterSweeps({ registry, settings }: DomainInternals, now: Date): readonly Sweep[] {
  const { server } = settings
  const byHours = new Map<number, string[]>()
  for (const { name } of [...registry.groups, ...registry.subscribers]) {
    const hours = subscriptionSettings(server, name).dlqRetentionHours
    if (hours !== undefined) byHours.set(hours, [...(byHours.get(hours) ?? []), name])
  }
  const special = [...byHours.values()].flat()
  const own: Criteria = { op: 'compare', column: 'subscription', lookup: 'startsWith', value: workerId(registry.domainName, '') }
  const dead: Criteria = { op: 'compare', column: 'status', lookup: 'eq', value: 'dead' }
  const before = (hours: number) => new Date(now.getTime() - hours * HOUR_MS)
  const of = (hours: number, handlers: readonly Criteria[]): Sweep => ({
    cluster: FAILURE_CLUSTER,
    where: { op: 'and', terms: [own, dead, ...handlers, olderThan('updated_at', before(hours))] },
    batchSize: BATCH,
  })
  const among = (names: readonly string[]): Criteria => ({ op: 'compare', column: 'handler', lookup: 'in', value: names })
  return [
    of(server.dlq.retentionHours, special.length === 0 ? [] : [{ op: 'not', term: among(special) }]),
    ...[...byHours].map(([hours, names]) => of(hours, [among(names)])),
    // What could not be sent when it was due.
    {
      cluster: SCHEDULE_CLUSTER,
      where: { op: 'and', terms: [scheduledIn(registry.domainName), olderThan('failed_at', before(server.dlq.retentionHours))] },
      batchSize: BATCH,
    },
  ]
}
