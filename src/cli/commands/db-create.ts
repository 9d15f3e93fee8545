import { defineCommand } from 'citty'
import { DATABASES, MIGRATIONS_FOLDER } from '../options.ts'
import { described, migrationsIn, withManagedDatabases } from '../with-databases.ts'

export const create = defineCommand({
  meta: { name: 'create', description: 'Creates the tables that are missing. Safe to repeat; tables that are there are not changed.' },
  args: { ...DATABASES, ...MIGRATIONS_FOLDER },
  run({ args }) {
    return withManagedDatabases(args, async (provider) => {
      await provider.createWithMigrations(migrationsIn(args.dir, provider))
      return { text: `${described(provider)} has all tables of the domain.`, data: { created: true } }
    })
  },
})
