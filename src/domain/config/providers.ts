import type { Problem } from '../../errors.ts'
import { nearest } from '../../util/nearest.ts'
import type { AdapterKind } from './schema-nodes.ts'

interface BuiltIn {
  readonly names: readonly [string, ...string[]]
  /** Needs no connection, and serves where nothing is configured. */
  readonly inProcess: string
}

export const BUILT_IN: Readonly<Record<AdapterKind, BuiltIn>> = {
  databases: { names: ['memory', 'sqlite', 'postgresql', 'pglite', 'elasticsearch'], inProcess: 'memory' },
  eventStore: { names: ['memory', 'sqlite', 'postgresql', 'message_db'], inProcess: 'memory' },
  brokers: { names: ['inline', 'redis', 'redis_pubsub'], inProcess: 'inline' },
  caches: { names: ['memory', 'redis'], inProcess: 'memory' },
}

const PROVIDER_OF_SCHEME = new Map([
  ['memory', 'memory'],
  ['inline', 'inline'],
  ['sqlite', 'sqlite'],
  ['postgresql', 'postgresql'],
  ['postgres', 'postgresql'],
  ['pglite', 'pglite'],
  ['redis', 'redis'],
  ['rediss', 'redis'],
  ['elasticsearch', 'elasticsearch'],
  ['http', 'elasticsearch'],
  ['https', 'elasticsearch'],
])

/** Providers that are reached by the URI of another one. */
const SPEAKS_TO = new Map([
  ['message_db', 'postgresql'],
  ['redis_pubsub', 'redis'],
])

/** A provider of somebody else's: the name of a package or the path of a module. */
export function isModuleSpecifier(provider: string): boolean {
  return /[/.]|^@/.test(provider)
}

/** The provider that a URI stands for, by its scheme; `postgresql+pool://` counts as `postgresql://`. */
function providerOfUri(uri: string): string | undefined {
  const scheme = /^([a-z][a-z0-9]*)(?:\+[^:]*)?:/i.exec(uri)?.[1]
  return scheme === undefined ? undefined : PROVIDER_OF_SCHEME.get(scheme.toLowerCase())
}

/** `undefined` where the URI does not tell. */
export function inferredProvider(kind: AdapterKind, uri: unknown): string | undefined {
  if (uri === undefined) return BUILT_IN[kind].inProcess
  const provider = typeof uri === 'string' ? providerOfUri(uri) : undefined
  return provider !== undefined && BUILT_IN[kind].names.includes(provider) ? provider : undefined
}

/** Whether a built-in provider was given another one's URI, as happens when an overlay changes only one of the two. */
function contradicts(kind: AdapterKind, provider: string, uri: string): boolean {
  const { names, inProcess } = BUILT_IN[kind]
  if (provider === inProcess || !names.includes(provider)) return false
  const owner = providerOfUri(uri)
  return owner !== undefined && owner !== 'memory' && owner !== (SPEAKS_TO.get(provider) ?? provider)
}

/** What is wrong with the choice of a provider. The URI itself is never shown: it may hold a password. */
export function providerProblem(
  kind: AdapterKind,
  provider: string | undefined,
  uri: string | undefined,
  element: string,
): Problem | undefined {
  const { names } = BUILT_IN[kind]
  if (provider === undefined) {
    if (inferredProvider(kind, uri) !== undefined) return undefined
    const fix = `Add \`provider\`: ${names.join(', ')}, or a module specifier.`
    return { code: 'CONFIG_PROVIDER_UNDECIDED', element, message: 'has a URI whose scheme does not tell the provider.', fix }
  }
  if (!names.includes(provider) && !isModuleSpecifier(provider)) {
    const meant = nearest(provider, names)
    const fix = meant === undefined ? `Built in are ${names.join(', ')}; anything else is a module specifier.` : `Did you mean "${meant}"?`
    return { code: 'CONFIG_UNKNOWN_PROVIDER', element: `${element}.provider`, message: `names "${provider}", which does not exist.`, fix }
  }
  if (uri === undefined || !contradicts(kind, provider, uri)) return undefined
  const message = `names "${provider}", but the URI is one of "${providerOfUri(uri)}".`
  return { code: 'CONFIG_PROVIDER_CONTRADICTED', element: `${element}.provider`, message, fix: 'Change both together.' }
}
