import type { Domain } from '../../domain/domain.ts'
import type { Readiness } from '../../engine/health/readiness.ts'
import { ConfigurationError } from '../../errors.ts'
import { systemClock } from '../../util/runtime/clock.ts'
import { systemTimers } from '../../util/runtime/timers.ts'
import { loadDomain } from '../load-domain.ts'
import type { Outcome } from '../outcome.ts'
import { forkedWorkers } from './forked-worker.ts'
import { HealthServer } from './health-server.ts'
import { Reloader } from './reloader.ts'
import { ENDING_MS, serverSettings } from './serve.ts'
import { watchSources } from './source-watch.ts'
import { onStopSignals } from './stop-signals.ts'
import { Supervisor } from './supervisor.ts'

/** Milliseconds besides those in which a worker should have ended, after which it is killed: its event loop does not turn, or the machine is busy. */
const KILL_MARGIN_MS = 5000
/** Who has just saved a file does not want to wait for half a minute. */
const RELOAD_LIMIT_MS = 10_000

/** What keeps processes running. */
interface Keeper {
  run(): Promise<0 | 1>
  stop(): void
  kill(): void
  readiness(): Promise<Readiness>
}

/** So many processes, each with an engine, kept running until a signal asks them to end. Mistakes of the domain are told before any is started. */
export async function supervise(given: string, count: number): Promise<Outcome> {
  const domain = await loadDomain(given)
  const { errors } = await domain.check()
  if (errors.length > 0) throw new ConfigurationError(errors)
  const { logger } = domain
  for (const [name, { provider }] of Object.entries(domain.config.databases ?? {}))
    if (provider === 'memory')
      logger.warn(
        { event: 'server.memory', database: name },
        `The database ${name} is in memory: each of the ${count} workers has one of its own.`,
      )
  const endLimitMs = serverSettings(domain).drainTimeoutSeconds * 1000 + ENDING_MS + KILL_MARGIN_MS
  const start = forkedWorkers(given, systemTimers)
  return await kept(domain, new Supervisor(count, { start, clock: systemClock, timers: systemTimers, logger, endLimitMs }))
}

/** One process with an engine, started anew when sources below the working directory change. */
export async function reload(given: string): Promise<Outcome> {
  const domain = await loadDomain(given)
  const { logger } = domain
  const start = forkedWorkers(given, systemTimers)
  const watch = watchSources(process.cwd())
  logger.info({ event: 'server.watching', folder: process.cwd() }, `Sources below ${process.cwd()} are watched.`)
  return await kept(domain, new Reloader({ start, watch, timers: systemTimers, logger, endLimitMs: RELOAD_LIMIT_MS }))
}

async function kept(domain: Domain, keeper: Keeper): Promise<Outcome> {
  // The module may have initialised it; nothing is done with it here.
  await domain.close()
  const { logger, name } = domain
  const running = keeper.run()
  onStopSignals({
    begin: (why, error) => {
      if (error === undefined) logger.info({ event: 'server.stopping', why }, 'All workers finish what they have in hand, and stop.')
      else logger.error({ event: 'server.uncaught', error }, 'Nobody has caught an error. All workers stop.')
      keeper.stop()
    },
    hurry: (signal) => {
      logger.warn({ event: 'server.killed', signal }, 'A second signal: all workers are killed.')
      keeper.kill()
    },
  })
  const { health: settings } = serverSettings(domain)
  const health = await HealthServer.start({ settings, logger, readiness: () => keeper.readiness() })
  const code = await running
  await health?.close()
  const text = code === 0 ? `${name}: stopped.` : `${name}: stopped; not every worker could finish what it had in hand.`
  return { text, data: { domain: name, isDrained: code === 0 }, hasFindings: code !== 0 }
}
