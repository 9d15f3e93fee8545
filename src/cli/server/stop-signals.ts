const SIGNALS = ['SIGTERM', 'SIGINT', 'SIGHUP'] as const

export interface Stopping {
  /** Called for the first signal, or the first error that nobody has caught, which is given. */
  begin(signal: string, error?: unknown): void
  /** Called for a second signal: somebody does not want to wait. */
  hurry(signal: string): void
}

/**
 * Follows what asks this process to end, from now on to its end. An error that nobody has caught counts as that too: in the midst of what it has left half done
 * nothing new should be begun, but what is under way is best finished.
 */
export function onStopSignals({ begin, hurry }: Stopping): void {
  let isStopping = false
  for (const signal of SIGNALS) {
    process.on(signal, () => {
      if (isStopping) hurry(signal)
      else begin(signal)
      isStopping = true
    })
  }
  process.on('uncaughtException', (error) => {
    begin('uncaughtException', error)
    isStopping = true
  })
}
