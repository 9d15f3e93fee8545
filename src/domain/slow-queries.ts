import type { Logger } from '../ports/logger.ts'
import type { RoundTrip, RoundTripListener } from '../ports/statement-feed.ts'

export interface SlowQueryOptions {
  readonly slowQueryThresholdMs: number
  readonly slowQueryTruncateChars: number
}

/** Warns of what takes a database as long as the threshold or longer: the text, shortened, and never the parameters. Undefined when it is switched off. */
export function slowQueryLog(logger: Logger, options: SlowQueryOptions): RoundTripListener | undefined {
  const { slowQueryThresholdMs: threshold, slowQueryTruncateChars: length } = options
  if (threshold === 0) return undefined
  return ({ database, durationMs, statements }: RoundTrip) => {
    if (durationMs < threshold) return
    const text = statements.map((statement) => statement.text).join('; ')
    const query = text.length > length ? `${text.slice(0, length)}…` : text
    logger.warn({ event: 'query.slow', database, durationMs: Math.round(durationMs * 10) / 10, query }, 'slow query')
  }
}
