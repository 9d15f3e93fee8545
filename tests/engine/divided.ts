import type { Domain } from 'proteanjs'
import { Engine } from 'proteanjs'
import { internalsOf, reveal } from '../../src/domain/internals.ts'
import { WORKER_CLUSTER } from '../../src/handlers/engine-tables.ts'
import type { Row } from '../../src/ports/table.ts'
import { ManualClock } from '../../src/testing/manual-clock.ts'
import { ManualTimers } from '../../src/testing/manual-timers.ts'
import { makeParcels } from './parcels.ts'
import { runEngines } from './running-engines.ts'

export interface Deployment {
  readonly partitions: number
  /** Ordered by stream where it is left out. */
  readonly sequentialBy?: string
}

/** Parcels whose stories are told by engines of one deployment or another, over the same data. */
export function makeDividedParcels(
  type: 'event_store' | 'stream' = 'event_store',
  nameOf = (customer: string, _entry: number) => customer,
) {
  const clock = new ManualClock()
  const timers = new ManualTimers(clock)
  const parcels = makeParcels({ clock, timers }, null, nameOf)
  const { domain } = parcels
  domain.config.server.defaultSubscriptionType = type
  const deployed = (deployment: Deployment) => asDeployed(domain, 'Stories', deployment)
  const engines = runEngines(domain, timers)
  const workAs = async (deployment: Deployment) => {
    const engine = new Engine(deployed(deployment), { testMode: true, random: { next: () => 0 } })
    await engine.run()
    return engine
  }
  const startAs = (deployment: Deployment, name: string) => engines.start({ name }, deployed(deployment))
  const rows = async (): Promise<readonly Row[]> => {
    const where = { op: 'compare', column: 'id', lookup: 'startsWith', value: 'parcels:Stories' } as const
    const orderBy = [{ column: 'id', descending: false }]
    const found = await domain.providers.get('default')?.database.select({ cluster: WORKER_CLUSTER, where, orderBy })
    return (found?.rows ?? []).map(({ row }) => row)
  }
  return { ...parcels, ...engines, clock, timers, deployed, workAs, startAs, rows }
}

/** The domain as another deployment of it would see it: with other settings of a handler, and the same data. */
function asDeployed(domain: Domain, handler: string, { partitions, sequentialBy }: Deployment): Domain {
  const inside = internalsOf(domain)
  const { server } = inside.settings
  const subscriptions = { ...server.subscriptions, [handler]: { ...server.subscriptions[handler], partitions } }
  const settings = { ...inside.settings, server: { ...server, subscriptions } } as typeof inside.settings
  const group = inside.registry.groups.find(({ name }) => name === handler)
  if (group === undefined) throw new Error(`there is no ${handler}`)
  const options = { ...group.options, ...(sequentialBy === undefined ? { sequentialBy: undefined } : { sequentialBy }) }
  const view = Object.create(domain) as Domain
  reveal(view, () => {
    // Plans are made when an engine begins, and look at the group only then.
    Object.assign(group, { options })
    return { ...inside, settings }
  })
  return view
}
