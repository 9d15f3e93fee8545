/**
 * Runs `action` once everything has gone on that waits for nothing but promises, before anything else happens: no input or output, no timer. What many do at the
 * same moment is then all there.
 */
export function afterPromises(action: () => void): void {
  process.nextTick(action)
}
