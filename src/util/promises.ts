export function isPromise(value: unknown): value is PromiseLike<unknown> {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function'
}

/** For a promise that is refused with an error: what becomes of it is not a second one. */
export function abandon(promise: PromiseLike<unknown>): void {
  // Other things that can be awaited may only begin to work when they are.
  if (promise instanceof Promise) promise.catch(() => undefined)
}
