export function isPromise(value: unknown): value is PromiseLike<unknown> {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function'
}

/** For a promise that is refused with an error: what becomes of it is not a second one. */
export function abandon(promise: PromiseLike<unknown>): void {
  promise.then(undefined, () => undefined)
}
