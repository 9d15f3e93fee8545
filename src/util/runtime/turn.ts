// Taken once, so that fake timers, which replace the global one, do not hold up who waits here.
const nextTask = setImmediate

/** Lets everything go on that waits for nothing but promises and finished input or output. */
export function turn(): Promise<void> {
  return new Promise((resolve) => nextTask(resolve))
}
