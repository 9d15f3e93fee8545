import { defineCommand } from 'citty'
import { CONFIRMATION, DATABASES } from '../options.ts'
import { confirmed, described, withManagedDatabases } from '../with-databases.ts'

export const truncate = defineCommand({
  meta: { name: 'truncate', description: 'Empties all tables of the domain, events included, and keeps the tables.' },
  args: { ...DATABASES, ...CONFIRMATION },
  run({ args }) {
    confirmed(args.yes, 'This deletes everything that the domain has stored, events included.')
    return withManagedDatabases(args, async (provider) => {
      await provider.resetData()
      return { text: `${described(provider)} is empty.`, data: { emptied: true } }
    })
  },
})
