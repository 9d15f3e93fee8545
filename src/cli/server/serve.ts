import { hostname } from 'node:os'
import type { Settings } from '../../domain/config/schema.ts'
import type { Domain } from '../../domain/domain.ts'
import { Engine } from '../../engine/engine.ts'
import { EngineHealthWatch } from '../../engine/health/engine-health.ts'
import { readinessOf } from '../../engine/health/readiness.ts'
import { systemTimers } from '../../util/runtime/timers.ts'
import { loadDomain } from '../load-domain.ts'
import type { Outcome } from '../outcome.ts'
import { logEngine } from './engine-log.ts'
import { HealthServer } from './health-server.ts'
import { refuseMissingTables } from './refuse-missing-tables.ts'
import { onStopSignals } from './stop-signals.ts'
import { answerSupervisor, isSupervised } from './supervised.ts'

/** Milliseconds besides the time to drain after which an engine that was asked to stop is left: a database that fell silent would keep it for ever. */
const STOP_MARGIN_MS = 5000
/** Milliseconds that the adapters of a domain are given to close: what a handler that was left behind holds open would keep them for ever. */
const CLOSE_LIMIT_MS = 5000
/** How much longer than its time to drain a server takes to end, at the most. */
export const ENDING_MS = STOP_MARGIN_MS + CLOSE_LIMIT_MS

/**
 * Runs an engine in this process until a signal asks it to end: nothing more is begun, what is under way is finished, and probes are answered until then. A second
 * signal ends it at once. Started by a supervisor, it leaves probes and second signals to that: a terminal sends its signals to both.
 */
export async function serve(given: string): Promise<Outcome> {
  const domain = await loadDomain(given)
  await domain.init()
  await refuseMissingTables(domain).catch(async (error: unknown) => {
    await closeInTime(domain)
    throw error
  })
  const { logger, name } = domain
  const { drainTimeoutSeconds, health: settings } = serverSettings(domain)
  const engine = new Engine(domain, { name: `${hostname()}:${process.pid}` })
  const watch = new EngineHealthWatch(domain, engine)
  logEngine(engine, logger)
  const isUnder = isSupervised()
  let hasFailed = false
  let giveUp = (): void => undefined
  const givenUp = new Promise<'given up'>((resolve) => {
    giveUp = () => resolve('given up')
  })
  const running = engine.run()
  // It is looked at below; until then it is not an error that nobody has caught.
  running.catch(() => undefined)
  const begin = (why: string, error?: unknown) => {
    if (error !== undefined) {
      hasFailed = true
      logger.error({ event: 'server.uncaught', error }, 'Nobody has caught an error. The engine stops.')
    }
    if (watch.isStopping) return
    watch.isStopping = true
    logger.info({ event: 'engine.stopping', why }, `The engine of ${name} finishes what it has in hand, and stops.`)
    void engine.stop()
    void systemTimers.sleep(drainTimeoutSeconds * 1000 + STOP_MARGIN_MS).then(giveUp)
  }
  const hurry = (signal: string) => {
    if (isUnder) return
    logger.warn({ event: 'server.killed', signal }, 'A second signal: what is in hand is left as it is.')
    process.exit(1)
  }
  onStopSignals({ begin, hurry })
  let health: HealthServer | undefined
  let isDrained = false
  try {
    if (isUnder)
      answerSupervisor(
        (withSubscriptions) => watch.health(withSubscriptions),
        () => begin('supervisor gone'),
      )
    else health = await HealthServer.start({ settings, logger, readiness: async () => readinessOf([await watch.health(true)]) })
    tellStart(engine, domain)
    isDrained = (await Promise.race([running, givenUp])) === undefined && engine.exitCode === 0
  } finally {
    await health?.close()
    await closeInTime(domain)
  }
  const { unfinished } = engine
  logger.info({ event: 'engine.stopped', isDrained, unfinished }, `The engine of ${name} has stopped.`)
  const left = unfinished.length === 0 ? '' : ` (${unfinished.join(', ')})`
  const text = isDrained ? `${name}: stopped.` : `${name}: stopped; not everything that it had in hand came to an end${left}.`
  return { text: isUnder ? '' : text, data: { domain: name, isDrained }, hasFindings: hasFailed || !isDrained }
}

function tellStart({ workers }: Engine, { name, logger }: Domain): void {
  logger.info({ event: 'engine.started', pid: process.pid, workers }, `The engine of ${name} runs.`)
  if (workers.length > 0) return
  const fix = 'Declare handlers in modules below the root of the domain, or import them where it is declared.'
  logger.warn({ event: 'engine.no_subscriptions' }, `The engine of ${name} has nothing to do: nothing handles commands or events. ${fix}`)
}

/** What holds for the server of a domain that need not be initialised. */
export function serverSettings({ config }: Domain): Settings['server'] {
  // Complete to read, as the domain promises.
  return config.server as Settings['server']
}

async function closeInTime(domain: Domain): Promise<void> {
  const closed = new AbortController()
  await Promise.race([domain.close().finally(() => closed.abort()), systemTimers.sleep(CLOSE_LIMIT_MS, closed.signal)])
}
