import { defineCommand } from 'citty'
import type { DatabaseProvider } from '../../domain/database-provider.ts'
import { changesText } from '../../domain/migrations/migration-text.ts'
import { DATABASES, MIGRATIONS_FOLDER } from '../options.ts'
import type { Outcome } from '../outcome.ts'
import { UsageError } from '../usage-error.ts'
import { described, migrationsIn, withManagedDatabases } from '../with-databases.ts'

export const migrate = defineCommand({
  meta: {
    name: 'migrate',
    description: 'Applies the pending migrations; with --plan or --name, compares the tables with the domain instead.',
  },
  args: {
    ...DATABASES,
    ...MIGRATIONS_FOLDER,
    plan: { type: 'boolean', description: 'Print the SQL that makes the tables those of the domain, and change nothing.' },
    name: { type: 'string', description: 'Write that SQL into a new file of this name, to be read and then applied.' },
    destructive: { type: 'boolean', description: 'With --plan or --name: also drop what the domain no longer has.' },
  },
  run({ args }) {
    const { plan = false, name, destructive = false, dir } = args
    if (plan && name !== undefined) throw new UsageError('Say --plan to print the SQL or --name to write it, not both.')
    if (destructive && !plan && name === undefined)
      throw new UsageError('--destructive goes with --plan or --name: files are applied as they are.')
    return withManagedDatabases(args, (provider) => {
      if (plan) return planned(provider, destructive)
      const folder = migrationsIn(dir, provider)
      return name === undefined ? applied(provider, folder) : written(provider, folder, name, destructive)
    })
  },
})

async function planned(provider: DatabaseProvider, destructive: boolean): Promise<Outcome> {
  const plan = await provider.planMigration({ destructive })
  const text = changesText(plan)
  return { text: text === '' ? `-- ${described(provider)} has the tables of the domain.` : text, data: { ...plan } }
}

async function written(provider: DatabaseProvider, folder: string, name: string, destructive: boolean): Promise<Outcome> {
  const path = await provider.writeMigration(folder, name, { destructive })
  return path === undefined
    ? { text: `${described(provider)} needs no migration.`, data: { path: null } }
    : { text: `Wrote ${path}. Read it, then apply it with protean db migrate.`, data: { path } }
}

async function applied(provider: DatabaseProvider, folder: string): Promise<Outcome> {
  const done = await provider.migrate(folder)
  const names = done.map(({ id, name }) => `${id}_${name}`)
  return {
    text: [`${described(provider)}: ${names.length === 0 ? 'nothing to apply' : 'applied'}.`, ...names.map((name) => `  ${name}`)].join(
      '\n',
    ),
    data: { applied: names },
  }
}
