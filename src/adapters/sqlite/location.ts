import { ConfigurationError } from '../../errors.ts'

/** Where a database is: the path of its file, or undefined for one that lives as long as it is open. */
export interface SqliteLocation {
  readonly path: string | undefined
}

/**
 * Reads `sqlite:///shop.db` (relative to the working directory), `sqlite:////var/lib/shop.db` (absolute), `sqlite:///:memory:` and `sqlite://`.
 * Fails with `ConfigurationError` (`SQLITE_URI`).
 */
export function sqliteLocation(uri: unknown, element: string): SqliteLocation {
  if (uri === undefined) return { path: undefined }
  const match = typeof uri === 'string' ? /^sqlite:(?:\/\/(?:\/(.*))?)?$/is.exec(uri) : null
  if (match === null || match[1]?.includes('?') === true || match[1]?.startsWith('file:') === true) {
    throw new ConfigurationError({
      code: 'SQLITE_URI',
      element,
      message: 'has a URI that is none of SQLite.',
      fix: 'Write sqlite:///shop.db for a file in the working directory, sqlite:////var/lib/shop.db for any other, sqlite:///:memory: for none.',
    })
  }
  const path = match[1] ?? ''
  return { path: path === '' || path === ':memory:' ? undefined : path }
}
