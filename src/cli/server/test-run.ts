import { Engine } from '../../engine/engine.ts'
import { loadDomain } from '../load-domain.ts'
import type { Outcome } from '../outcome.ts'
import { failureLine } from './engine-log.ts'

/** Does all that there is to do, and says what failed. */
export async function testRun(given: string): Promise<Outcome> {
  const domain = await loadDomain(given)
  await using _ = domain
  await domain.init()
  const engine = new Engine(domain, { testMode: true })
  await engine.run()
  const { failures } = engine
  const summary = failures.length === 0 ? 'nothing is left to do.' : `nothing is left to do; ${failures.length} failed.`
  return {
    text: [...failures.map(failureLine), `${domain.name}: ${summary}`].join('\n'),
    data: {
      domain: domain.name,
      failures: failures.map(({ handler, message, attempt, error }) => ({
        handler,
        messageId: message?.id,
        messageType: message?.type,
        stream: message?.stream,
        attempt,
        error: error instanceof Error ? `${error.name}: ${error.message}` : String(error),
      })),
    },
    hasFindings: engine.exitCode !== 0,
  }
}
