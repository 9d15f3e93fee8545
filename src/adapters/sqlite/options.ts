import { ConfigurationError } from '../../errors.ts'
import { sqliteLocation } from './location.ts'

export interface SqliteOptions {
  /** File of the database; undefined for one that is gone when it is closed. */
  readonly path: string | undefined
  /** How long a writer waits for another one, in milliseconds. */
  readonly busyTimeoutMs: number
  /** `full` keeps every commit also when the power fails, `normal` may lose the last ones then, but never when the process dies. */
  readonly synchronous: 'full' | 'normal'
}

const DEFAULTS = { busyTimeoutMs: 5000, synchronous: 'full' as const }

/** Reads the configured entry that stands at `element`. Fails with `ConfigurationError` for what SQLite does not have or know. */
export function sqliteOptions(element: string, settings: Readonly<Record<string, unknown>>): SqliteOptions {
  const given = (settings.options ?? {}) as Readonly<Record<string, unknown>>
  if (settings.schema !== undefined) throw problem(`${element}.schema`, 'is set, but SQLite has no schemas.', 'Remove it.')
  const unknown = Object.keys(given).find((key) => !(key in DEFAULTS))
  if (unknown !== undefined)
    throw problem(`${element}.options.${unknown}`, 'is no option of SQLite.', `There are ${Object.keys(DEFAULTS).join(' and ')}.`)
  const { busyTimeoutMs = DEFAULTS.busyTimeoutMs, synchronous = DEFAULTS.synchronous } = given
  if (typeof busyTimeoutMs !== 'number' || !(busyTimeoutMs >= 0))
    throw problem(`${element}.options.busyTimeoutMs`, `is ${String(busyTimeoutMs)}.`, 'Give milliseconds, from 0.')
  if (synchronous !== 'full' && synchronous !== 'normal')
    throw problem(`${element}.options.synchronous`, `is ${String(synchronous)}.`, 'Give full or normal.')
  return { ...sqliteLocation(settings.databaseUri, `${element}.databaseUri`), busyTimeoutMs, synchronous }
}

function problem(element: string, message: string, fix: string): ConfigurationError {
  return new ConfigurationError({ code: 'SQLITE_OPTION', element, message, fix })
}
