import { ConfigurationError } from '../../errors.ts'

/** What this adapter needs of `redis`. */
export interface Driver {
  createClient(options: Record<string, unknown>): DriverClient
}

/** One connection. Replies come in the shapes of RESP 2. */
export interface DriverClient {
  /** Whether commands can be sent: connected, and not just about to connect again. */
  readonly isReady: boolean
  connect(): Promise<unknown>
  /** Waits for the replies to what was sent. */
  close(): Promise<void>
  /** Fails what was sent, at once. */
  destroy(): void
  sendCommand(args: readonly string[]): Promise<unknown>
  multi(): DriverTransaction
  subscribe(channel: string, listener: (text: string) => void): Promise<void>
  unsubscribe(channel: string): Promise<void>
  on(event: 'error', listener: (error: Error) => void): unknown
}

interface DriverTransaction {
  addCommand(args: readonly string[]): DriverTransaction
  exec(): Promise<readonly unknown[]>
}

/** Loads `redis`. Fails with `ConfigurationError` (`DRIVER_MISSING`) when it is not installed. `element`: `caches.default`. */
export async function loadDriver(element: string): Promise<Driver> {
  try {
    return (await import('redis')) as unknown as Driver
  } catch (cause) {
    throw new ConfigurationError(
      {
        code: 'DRIVER_MISSING',
        element,
        message: `uses Redis, whose driver "redis" could not be loaded: ${cause instanceof Error ? cause.message : String(cause)}.`,
        fix: 'Install it: npm install redis.',
      },
      { cause },
    )
  }
}
