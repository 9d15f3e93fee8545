import { ConfigurationError } from '../../errors.ts'

/** What a database's entry in the configuration says to this adapter. Times in seconds, unless named otherwise. */
export interface PostgresSettings {
  readonly databaseUri?: string | undefined
  readonly schema?: string | undefined
  readonly poolSize?: number | undefined
  readonly maxOverflow?: number | undefined
  readonly poolTimeout?: number | undefined
  readonly poolRecycle?: number | undefined
  readonly statementTimeoutMs?: number | undefined
  /** Passed to the driver as they are, and before everything else. */
  readonly options?: Readonly<Record<string, unknown>> | undefined
}

const MS = 1000

/**
 * What every connection needs whatever the server's, the database's or the role's own settings say: a commit relies on each statement seeing what was
 * committed before it, and values are read back in these notations.
 */
const SESSION: Readonly<Record<string, string>> = {
  default_transaction_isolation: 'read committed',
  timezone: 'UTC',
  datestyle: 'ISO',
  extra_float_digits: '1',
}

/** The driver's pool configuration; `element` is where the settings stand in the configuration. Without a URI the driver takes the usual environment variables: `PGHOST`, `PGDATABASE` and so on. */
export function poolOptions(name: string, settings: PostgresSettings, element = `databases.${name}`): Record<string, unknown> {
  const { poolSize = 5, maxOverflow = 10, poolTimeout = 30, poolRecycle = 1800, statementTimeoutMs, options = {} } = settings
  return {
    ...(settings.databaseUri === undefined ? {} : { connectionString: connectionString(element, settings.databaseUri) }),
    min: poolSize,
    max: poolSize + maxOverflow,
    connectionTimeoutMillis: poolTimeout * MS,
    maxLifetimeSeconds: poolRecycle,
    keepAlive: true,
    fallback_application_name: 'proteanjs',
    ...options,
    options: commandLine(sessionSettings(settings.schema, statementTimeoutMs), options.options),
  }
}

/** By name; what the framework relies on, and what is configured. */
export function sessionSettings(schema: string | undefined, statementTimeoutMs: number | undefined): Readonly<Record<string, string>> {
  return {
    ...SESSION,
    ...(schema === undefined ? {} : { search_path: `"${schema.replaceAll('"', '""')}"` }),
    ...(statementTimeoutMs === undefined ? {} : { statement_timeout: String(statementTimeoutMs) }),
  }
}

/** In the notation of the command line of `postgres`. */
function commandLine(settings: Readonly<Record<string, string>>, more: unknown): string {
  const ours = Object.entries(settings).map(([key, value]) => `-c ${key}=${value.replace(/[\s\\]/g, '\\$&')}`)
  return [...ours, ...(typeof more === 'string' ? [more] : [])].join(' ')
}

/** The URI as the driver takes it: without the driver's name that SQLAlchemy puts behind the scheme (`postgresql+psycopg://`). */
function connectionString(element: string, uri: string): string {
  const plain = uri.replace(/^(postgres(?:ql)?)\+[^:]*:/i, '$1:')
  // The URI itself is never shown, nor the error of `URL`, which quotes it: it may hold a password.
  if (/^postgres(ql)?:\/\//i.test(plain) && URL.canParse(plain)) return plain
  throw new ConfigurationError({
    code: 'DATABASE_URI_INVALID',
    element: `${element}.databaseUri`,
    message: 'is not a URI that can be read.',
    fix: 'Write postgresql://user:password@host:5432/database, with characters such as @, /, # and : in the password as %40, %2F, %23 and %3A.',
  })
}
