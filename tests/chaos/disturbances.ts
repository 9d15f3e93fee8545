import { systemTimers } from '../../src/util/runtime/timers.ts'
import type { Fleet } from './fleet.ts'
import type { OwnRedis } from './own-redis.ts'
import type { SeededChoices } from './seeded-choices.ts'

export interface Disturbed {
  readonly fleet: Fleet
  readonly redis: OwnRedis | undefined
  /** Ends connections to the database: that part of them, at least one. */
  terminateBackends(share: number): Promise<void>
  /** How many effects there are by now. */
  progress(): Promise<number>
  readonly chance: SeededChoices
}

/** Often longer than a lease, so that somebody else has taken over before a frozen worker goes on. */
const FROZEN_MS = [300, 2_400] as const
const AWAY_MS = [50, 1_000] as const
const PAUSE_MS = [50, 600] as const
/** Effects that show that workers are at work, and how many milliseconds they are waited for. */
const AT_WORK = 5
const AT_MOST_MS = 5_000
const LOOK_MS = 50

type Disturbance = (on: Disturbed, ended: AbortSignal) => Promise<void>

const DISTURBANCES: Readonly<Record<string, Disturbance>> = {
  'worker killed': async ({ fleet }) => fleet.killOne(),
  'all workers killed': async ({ fleet }) => fleet.killAll(),
  'worker frozen': async ({ fleet, chance }, ended) => {
    const thaw = fleet.freezeOne()
    await systemTimers.sleep(chance.between(...FROZEN_MS), ended)
    thaw()
  },
  'a backend terminated': ({ terminateBackends }) => terminateBackends(0),
  'half of the backends terminated': ({ terminateBackends }) => terminateBackends(0.5),
  'all backends terminated': ({ terminateBackends }) => terminateBackends(1),
  'connections to Redis cut': async ({ redis }) => redis?.cutConnections(),
  'Redis killed and restarted': async ({ redis, chance }, ended) => {
    await redis?.kill()
    await systemTimers.sleep(chance.between(...AWAY_MS), ended)
    await redis?.start()
  },
}
/** One round of them. Deaths come twice, because they are what the rest is about. */
const OF_ALL = [
  'worker killed',
  'worker killed',
  'worker frozen',
  'a backend terminated',
  'half of the backends terminated',
  'all backends terminated',
  'all workers killed',
]
const OF_REDIS = ['connections to Redis cut', 'Redis killed and restarted']

/** Disturbs until it is told that it is enough. Gives what it did, and how often. */
export async function disturb(on: Disturbed, ended: AbortSignal): Promise<ReadonlyMap<string, number>> {
  const done = new Map<string, number>()
  let round: string[] = []
  while (!ended.aborted) {
    // Those of Redis come first, so that a short run has them, however slow the machine.
    if (round.length === 0) round = [...on.chance.shuffled(OF_ALL), ...(on.redis === undefined ? [] : on.chance.shuffled(OF_REDIS))]
    const name = round.pop() as string
    await DISTURBANCES[name]?.(on, ended)
    done.set(name, (done.get(name) ?? 0) + 1)
    await systemTimers.sleep(on.chance.between(...PAUSE_MS), ended)
    await untilAtWork(on, ended)
  }
  return done
}

/** Where nobody got to do anything yet, because the machine is slow, there is nothing to disturb. Whether somebody ever will is not for us to wait for. */
async function untilAtWork({ progress }: Disturbed, ended: AbortSignal): Promise<void> {
  const before = await progress()
  const until = performance.now() + AT_MOST_MS
  while (!ended.aborted && performance.now() < until && (await progress()) - before < AT_WORK) await systemTimers.sleep(LOOK_MS, ended)
}
