import { defineCommand } from 'citty'
import { CONFIRMATION, DATABASES } from '../options.ts'
import { confirmed, described, withManagedDatabases } from '../with-databases.ts'

export const drop = defineCommand({
  meta: { name: 'drop', description: 'Drops all tables of the domain, with everything that is stored.' },
  args: { ...DATABASES, ...CONFIRMATION },
  run({ args }) {
    confirmed(args.yes, 'This drops all tables of the domain, with everything that is stored in them.')
    return withManagedDatabases(args, async (provider) => {
      await provider.dropDatabaseArtifacts()
      return { text: `${described(provider)} has no tables of the domain any more.`, data: { dropped: true } }
    })
  },
})
