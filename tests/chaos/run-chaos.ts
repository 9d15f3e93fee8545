import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { systemTimers } from '../../src/util/runtime/timers.ts'
import type { TestServer } from '../support/postgres.ts'
import type { Places } from './chaos-domain.ts'
import { chaosDomain } from './chaos-domain.ts'
import type { Finding } from './checker.ts'
import { check } from './checker.ts'
import { disturb } from './disturbances.ts'
import { Fleet } from './fleet.ts'
import type { Beginning, History } from './history.ts'
import { countEffects, numberEffects, readHistory } from './history.ts'
import type { OwnRedis } from './own-redis.ts'
import { SeededChoices } from './seeded-choices.ts'
import { OPENING_BALANCE, openBusiness, sendTraffic } from './traffic.ts'

export interface ChaosOptions {
  readonly postgres: TestServer
  /** With one, handlers read from its streams; without, from the event store. */
  readonly redis: OwnRedis | undefined
  readonly seed: number
  readonly commands: number
  readonly workers: number
  /** How long the disturbances last. */
  readonly seconds: number
  /** How long it may take afterwards until everything is handled. */
  readonly patienceSeconds: number
}

export interface ChaosResult {
  readonly findings: readonly Finding[]
  readonly disturbances: ReadonlyMap<string, number>
  readonly crashes: readonly string[]
  readonly history: History
  /** From the last disturbance until all was handled. */
  readonly recoveredMs: number
}

/** Traffic ends a little before the disturbances do. */
const TRAFFIC_SHARE = 0.8
const SHORTEST_LOOK_MS = 250

/** Lets traffic, workers and disturbances have it out, then looks at what they have left. */
export async function runChaos(options: ChaosOptions): Promise<ChaosResult> {
  const { postgres, redis, seed, commands, workers, seconds } = options
  const chance = new SeededChoices(seed)
  const schema = postgres.schema()
  // By their name, connections of this run are told from those of everybody else on the server.
  const name = `chaos-${schema}`
  const uri = new URL(postgres.uri)
  uri.searchParams.set('application_name', name)
  const places: Places = { databaseUri: uri.href, schema, redisUri: redis?.uri }
  const business = chaosDomain({ places })
  await business.domain.init()
  // Workers are started by the dozen: what they are compiled to is worth remembering.
  const compileCache = await mkdtemp(join(tmpdir(), 'proteanjs-chaos-'))
  const fleet = new Fleet({ workers, places, compileCache, chance: chance.fork() })
  const calm = new AbortController()
  try {
    await business.domain.providers.get('default')?.createDatabaseArtifacts()
    await numberEffects(postgres, schema)
    const openingStock = await openBusiness(business, commands)
    await fleet.start()
    const terminateBackends = (share: number) => terminate(postgres, name, share)
    const progress = () => countEffects(postgres, schema)
    const disturbing = disturb({ fleet, redis, terminateBackends, progress, chance: chance.fork() }, calm.signal)
    const [accepted] = await Promise.all([
      sendTraffic(business, { commands, seconds: seconds * TRAFFIC_SHARE, chance: chance.fork() }),
      systemTimers.sleep(seconds * 1000),
    ])
    calm.abort()
    const disturbances = await disturbing
    const calmSince = performance.now()
    const beginning: Beginning = { accepted, openingBalance: OPENING_BALANCE, openingStock }
    await untilHandled(options, schema, beginning)
    const recoveredMs = Math.round(performance.now() - calmSince)
    // What a worker still does while it ends counts, too.
    await fleet.stop()
    const history = await readHistory(postgres, schema)
    return { findings: check(history, beginning), disturbances, crashes: fleet.crashes, history, recoveredMs }
  } finally {
    calm.abort()
    await fleet.dispose()
    await business.domain.close()
    await rm(compileCache, { recursive: true, force: true })
  }
}

/** Until there is nothing to be found, or patience is at an end. */
async function untilHandled({ postgres, patienceSeconds }: ChaosOptions, schema: string, beginning: Beginning): Promise<void> {
  const until = performance.now() + patienceSeconds * 1000
  while (performance.now() < until) {
    const began = performance.now()
    if (check(await readHistory(postgres, schema), beginning).length === 0) return
    // A look at much takes long, and would itself be what everybody waits for.
    await systemTimers.sleep(Math.max(SHORTEST_LOOK_MS, 3 * (performance.now() - began)))
  }
}

async function terminate(postgres: TestServer, name: string, share: number): Promise<void> {
  await postgres.admin(
    `SELECT pg_terminate_backend(pid) FROM (
      SELECT pid FROM pg_stat_activity WHERE application_name = $1 ORDER BY random()
      LIMIT greatest(1, (SELECT ceil(count(*) * $2::float) FROM pg_stat_activity WHERE application_name = $1))
    ) AS chosen`,
    [name, share],
  )
}
