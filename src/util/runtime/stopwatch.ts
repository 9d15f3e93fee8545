/** The only source of durations, in milliseconds with fractions from any beginning. Unlike the clock, it is never set back. */
export interface Stopwatch {
  elapsedMs(): number
}

export const systemStopwatch: Stopwatch = { elapsedMs: () => performance.now() }
