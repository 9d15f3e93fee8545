/** The only source of waiting. Tests inject timers that follow their clock instead of real time. */
export interface Timers {
  /** Resolves after `ms` milliseconds, at once for 0 or less, and earlier, without error, when `signal` is aborted. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>
}

export const systemTimers: Timers = {
  sleep(ms, signal) {
    if (ms <= 0 || signal?.aborted === true) return Promise.resolve()
    return new Promise((resolve) => {
      const finish = () => {
        clearTimeout(timer)
        signal?.removeEventListener('abort', finish)
        resolve()
      }
      const timer = setTimeout(finish, ms)
      signal?.addEventListener('abort', finish, { once: true })
    })
  },
}
