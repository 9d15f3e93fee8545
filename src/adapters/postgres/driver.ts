import { ConfigurationError } from '../../errors.ts'
import type { Flush } from './flush.ts'

/** What this adapter needs of `pg`. */
export interface Driver {
  readonly Pool: new (options: Record<string, unknown>) => DriverPool
  readonly Client: new (options: Record<string, unknown>) => DriverConnection
}

export interface DriverPool {
  connect(): Promise<PooledConnection>
  end(): Promise<void>
  on(event: 'error', listener: (error: Error) => void): unknown
  on(event: 'connect', listener: (connection: DriverConnection) => void): unknown
}

export interface DriverConnection {
  /** Of the server's process. */
  readonly processID: number | null
  connect(): Promise<unknown>
  query(flush: Flush): unknown
  /** Text without parameters, of one statement or many. */
  query(script: string): Promise<unknown>
  end(): Promise<void>
  on(event: 'error', listener: (error: Error) => void): unknown
  on(event: 'end', listener: () => void): unknown
  on(event: 'notification', listener: (notification: Notification) => void): unknown
}

export interface PooledConnection extends DriverConnection {
  /** `true` ends the connection instead of keeping it. */
  release(discard?: boolean): void
}

interface Notification {
  readonly processId: number
  readonly payload?: string | undefined
}

/** Loads `pg`. Fails with `ConfigurationError` (`DRIVER_MISSING`) when it is not installed. */
export async function loadDriver(name: string, element = `databases.${name}`): Promise<Driver> {
  try {
    return (await import('pg')) as unknown as Driver
  } catch (cause) {
    throw driverMissing(element, 'pg', 'PostgreSQL', cause)
  }
}

export function driverMissing(element: string, driver: string, product: string, cause: unknown): ConfigurationError {
  return new ConfigurationError(
    {
      code: 'DRIVER_MISSING',
      element,
      message: `uses ${product}, whose driver "${driver}" could not be loaded: ${cause instanceof Error ? cause.message : String(cause)}.`,
      fix: `Install it: npm install ${driver}.`,
    },
    { cause },
  )
}
