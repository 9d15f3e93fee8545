import { createHash } from 'node:crypto'
import { join } from 'node:path'
import type { DatabaseProvider } from '../domain/database-provider.ts'
import type { Domain } from '../domain/domain.ts'
import type { SchemaLifecycle } from '../testing/domain-fixture.ts'
import { schemaOfFixture } from '../testing/domain-fixture.ts'
import { deepEqual } from '../util/plain.ts'
import type { MadeTables } from './run-folder.ts'
import { note, noteIn } from './run-folder.ts'

/**
 * Makes tables once in a run: each test file is a process of its own, so what stands already is noted in a folder that the run's plugin gives and clears.
 * Tables are made anew when the domain's differ from what stands, as after a change in watch mode. Databases that end with their process are as in any fixture.
 */
export function schemaOfRun(domain: Domain, folder: string): SchemaLifecycle {
  return {
    async make(provider) {
      const tables = lastingTables(domain, provider)
      if (tables === undefined) return schemaOfFixture.make(provider)
      const file = join(folder, `${digest(placeOf(tables))}.json`)
      const standing = digest(tables.clusters)
      const known = await noteIn(file)
      if (known?.standing === standing) return
      const made = [...(known?.made ?? []).filter((one) => !deepEqual(one, tables)), tables]
      await note(file, { standing: undefined, made })
      await schemaOfFixture.make(provider)
      await note(file, { standing, made })
    },
    async drop(provider) {
      if (lastingTables(domain, provider) === undefined) await schemaOfFixture.drop(provider)
    },
  }
}

/** Undefined for a database that nobody else can open later: in memory, of an adapter that this does not know, or opened by an object in the settings. */
function lastingTables(domain: Domain, provider: DatabaseProvider): MadeTables | undefined {
  const { database, clusters } = provider
  if (!database.capabilities.durable || !['postgresql', 'sqlite'].includes(database.provider)) return undefined
  const settings = { ...domain.config.databases[provider.name] }
  const tables = JSON.parse(JSON.stringify({ name: provider.name, settings, clusters })) as MadeTables
  return deepEqual(tables.settings, withoutUndefined(settings)) ? tables : undefined
}

function withoutUndefined(settings: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== undefined))
}

function placeOf({ settings }: MadeTables): readonly unknown[] {
  return [settings.provider, settings.databaseUri, settings.schema]
}

function digest(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('hex')
}
