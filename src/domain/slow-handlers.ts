import type { BoundHandler } from '../handlers/handler-group.ts'
import type { Logger } from '../ports/logger.ts'
import type { Stopwatch } from '../util/runtime/stopwatch.ts'
import { systemStopwatch } from '../util/runtime/stopwatch.ts'

export interface SlowHandlerOptions {
  readonly slowHandlerThresholdMs: number
}

/**
 * Gives a handler that warns when one run of it takes as long as the threshold or longer, what it awaits included, whether it fails or not. Of the message it tells
 * type, id and stream, never what is in it. Undefined when it is switched off.
 */
export function slowHandlerLog(
  logger: Logger,
  { slowHandlerThresholdMs: threshold }: SlowHandlerOptions,
  stopwatch: Stopwatch = systemStopwatch,
): ((handler: BoundHandler) => BoundHandler) | undefined {
  if (threshold === 0) return undefined
  return (handler) => ({
    ...handler,
    run: async (message, carrier) => {
      const began = stopwatch.elapsedMs()
      try {
        return await handler.run(message, carrier)
      } finally {
        const durationMs = stopwatch.elapsedMs() - began
        if (durationMs >= threshold) tell(handler, carrier, durationMs)
      }
    },
  })

  /** Queries have no carrier. */
  function tell({ group, target }: BoundHandler, carrier: Parameters<BoundHandler['run']>[1] | undefined, durationMs: number): void {
    const about =
      carrier === undefined ? { messageType: target?.name } : { messageType: carrier.type, messageId: carrier.id, stream: carrier.stream }
    const fields = { event: 'handler.slow', handler: group.name, ...about, durationMs: Math.round(durationMs * 10) / 10 }
    try {
      logger.warn(fields, 'slow handler')
    } catch (error) {
      process.emitWarning(error instanceof Error ? error : new Error(String(error)))
    }
  }
}
