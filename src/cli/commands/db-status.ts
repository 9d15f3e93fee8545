import { defineCommand } from 'citty'
import { DATABASES, MIGRATIONS_FOLDER } from '../options.ts'
import { described, migrationsIn, withDatabases } from '../with-databases.ts'

const FIX = '"protean db create" makes tables that are missing, "protean db migrate" changes those that are there.'

export const status = defineCommand({
  meta: {
    name: 'status',
    description: 'Says whether the tables are those of the domain, and which migrations are pending. Ends with 1 when they are not.',
  },
  args: { ...DATABASES, ...MIGRATIONS_FOLDER },
  run({ args }) {
    return withDatabases(args, async (provider) => {
      if (provider.database.schema === undefined) return { text: `${described(provider)} has no schema.`, data: { schema: false } }
      const { applied, pending } = await provider.migrationStatus(migrationsIn(args.dir, provider))
      const { changes, leftOver } = await provider.planMigration()
      const lines = [
        `${described(provider)}: ${changes.length === 0 ? 'its tables are those of the domain.' : `its tables are not those of the domain. ${FIX}`}`,
        ...changes.map(({ about }) => `  to do: ${about}`),
        ...pending.map(({ id, name }) => `  pending: ${id}_${name}`),
        ...leftOver.map((sentence) => `  left over: ${sentence}`),
      ]
      return {
        text: lines.join('\n'),
        data: {
          changes: changes.map(({ about }) => about),
          leftOver,
          pending: pending.map(({ id, name }) => ({ id, name })),
          applied: applied.map(({ id, name, appliedAt }) => ({ id, name, appliedAt })),
        },
        hasFindings: changes.length > 0 || pending.length > 0,
      }
    })
  },
})
