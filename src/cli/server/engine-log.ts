import type { Engine } from '../../engine/engine.ts'
import type { EngineFailure, EngineTrace } from '../../engine/engine-context.ts'
import { isProteanError } from '../../errors.ts'
import type { LogFields, Logger } from '../../ports/logger.ts'

/** What an operator should know; the rest is for who looks for something. */
const LEVELS: Readonly<Partial<Record<EngineTrace['event'], 'info' | 'warn' | 'error'>>> = {
  'message.dead': 'error',
  'message.discarded': 'warn',
  'circuit.opened': 'error',
  'circuit.half_open': 'info',
  'circuit.closed': 'info',
  'dead_letters.alert': 'warn',
  'engine.recovered': 'info',
}
/** Also told as failures, and then with their errors. */
const FAILURES: readonly EngineTrace['event'][] = ['handler.failed', 'worker.failed', 'engine.failed']

/** Writes what an engine does into a log: about which message, never what is in it. */
export function logEngine(engine: Engine, logger: Logger): void {
  engine.onTrace(({ event, worker, handler, message, reason }) => {
    if (FAILURES.includes(event)) return
    const level = event === 'worker.stopped' && reason !== undefined ? 'warn' : LEVELS[event]
    logger[level ?? 'debug']({ event, worker, handler, ...fieldsOf(message), reason }, `${handler ?? worker}: ${event}`)
  })
  engine.onFailure((failure) => {
    const { handler, message, error, attempt } = failure
    logger.warn({ event: 'engine.failure', handler, ...fieldsOf(message), attempt, error }, failureLine(failure))
  })
}

/** One failure in one line. */
export function failureLine({ handler, message, error, attempt }: EngineFailure): string {
  const about = message === undefined ? '' : ` on ${message.type} of ${message.stream} (${message.id})`
  const code = isProteanError(error) ? `[${error.code}] ` : ''
  const what = error instanceof Error ? `${error.name}: ${error.message}` : String(error)
  return `${handler} failed${about}, attempt ${attempt}: ${code}${what}`
}

function fieldsOf(message: EngineFailure['message']): LogFields {
  return message === undefined ? {} : { messageId: message.id, messageType: message.type, stream: message.stream }
}
