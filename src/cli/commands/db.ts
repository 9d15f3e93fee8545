import { defineCommand } from 'citty'

export const db = defineCommand({
  meta: { name: 'db', description: 'Creates, migrates, empties and drops the tables of a domain.' },
  subCommands: {
    create: async () => (await import('./db-create.ts')).create,
    drop: async () => (await import('./db-drop.ts')).drop,
    migrate: async () => (await import('./db-migrate.ts')).migrate,
    status: async () => (await import('./db-status.ts')).status,
    truncate: async () => (await import('./db-truncate.ts')).truncate,
  },
})
