import { join } from 'node:path'
import type { DatabaseProvider } from '../domain/database-provider.ts'
import { loadDomain } from './load-domain.ts'
import type { Outcome } from './outcome.ts'
import { UsageError } from './usage-error.ts'

export interface DatabaseArguments {
  readonly domain: string
  readonly database?: string | undefined
}

/** Opens the domain, does something to its databases one after the other, and closes it again. */
export async function withDatabases(
  { domain: given, database }: DatabaseArguments,
  work: (provider: DatabaseProvider) => Promise<Outcome>,
): Promise<Outcome> {
  const domain = await loadDomain(given)
  await using _ = domain
  await domain.init()
  const outcomes: (readonly [string, Outcome])[] = []
  for (const provider of chosen(domain.providers, database)) outcomes.push([provider.name, await work(provider)])
  return {
    text: outcomes.map(([, { text }]) => text).join('\n'),
    data: { databases: Object.fromEntries(outcomes.map(([name, { data }]) => [name, data])) },
    hasFindings: outcomes.some(([, { hasFindings }]) => hasFindings === true),
  }
}

/** The same, for what only databases are asked that the domain may create and drop tables of. */
export function withManagedDatabases(args: DatabaseArguments, work: (provider: DatabaseProvider) => Promise<Outcome>): Promise<Outcome> {
  return withDatabases(args, async (provider) => {
    if (provider.isManaged) return work(provider)
    const text = `${described(provider)} is left as it is: its configuration says managed = false.`
    return { text, data: { managed: false }, hasFindings: args.database !== undefined }
  })
}

/** `Database "default" (sqlite)`. */
export function described({ name, database }: DatabaseProvider): string {
  return `Database "${name}" (${database.provider})`
}

/** Where the migrations of a database are. */
export function migrationsIn(folder: string, { name }: DatabaseProvider): string {
  return name === 'default' ? folder : join(folder, name)
}

export function confirmed(yes: boolean | undefined, what: string): void {
  if (yes !== true) throw new UsageError(`${what} To do so, say --yes.`)
}

function chosen(providers: ReadonlyMap<string, DatabaseProvider>, name: string | undefined): readonly DatabaseProvider[] {
  if (name === undefined) return [...providers.values()]
  const provider = providers.get(name)
  if (provider !== undefined) return [provider]
  throw new UsageError(`There is no database ${name}: the domain has ${[...providers.keys()].join(', ')}.`)
}
