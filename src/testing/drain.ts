import type { Domain } from '../domain/domain.ts'
import { Engine } from '../engine/engine.ts'
import type { EngineFailure } from '../engine/engine-context.ts'

/**
 * Handles everything that is left to engines, and what follows from it, until nothing is left to do: commands, events, processes, and what is scheduled and due by
 * the domain's clock. Nothing waits, so a failed message that is to be tried again later stays for a call after the clock was advanced.
 *
 * Throws `AggregateError` with the errors of all handlers that failed, in their order, when everything else is done.
 */
export async function drain(domain: Domain): Promise<void> {
  const engine = new Engine(domain, { testMode: true })
  await engine.run()
  const { failures } = engine
  if (failures.length === 0) return
  throw new AggregateError(
    failures.map(({ error }) => error),
    `${failures.length === 1 ? 'A handler' : `${failures.length} handlers`} failed: ${failures.map(described).join('; ')}`,
  )
}

function described({ handler, message, error }: EngineFailure): string {
  return `${handler}${message === undefined ? '' : ` on ${message.type}`}: ${error instanceof Error ? error.message : String(error)}`
}
