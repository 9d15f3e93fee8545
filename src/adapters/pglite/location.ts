import { ConfigurationError } from '../../errors.ts'

/**
 * The directory in a URI: `pglite:///data/shop` (relative to the working directory), `pglite:////var/lib/shop` (absolute), undefined for `pglite://`, a database
 * that is gone when it is closed. Fails with `ConfigurationError` (`PGLITE_URI`).
 */
export function directoryIn(uri: string | undefined, element: string): string | undefined {
  if (uri === undefined) return undefined
  const match = /^pglite:(?:\/\/(?:\/(.*))?)?$/is.exec(uri)
  if (match !== null) return match[1] === undefined || match[1] === '' ? undefined : match[1]
  throw new ConfigurationError({
    code: 'PGLITE_URI',
    element,
    message: 'has a URI that is none of PGlite.',
    fix: 'Write pglite:// for a database in memory, pglite:///data/shop for a directory below the working directory, pglite:////var/lib/shop for any other.',
  })
}
