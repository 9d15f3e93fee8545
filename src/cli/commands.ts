import { defineCommand } from 'citty'

/** Every command, loaded when it is asked for. One file each in `commands/`; those with commands of their own list them in theirs. */
export const protean = defineCommand({
  meta: {
    name: 'protean',
    description: 'Looks after a domain: its databases, its declarations, its projections, its work in the background.',
  },
  subCommands: {
    check: async () => (await import('./commands/check.ts')).check,
    db: async () => (await import('./commands/db.ts')).db,
    projection: async () => (await import('./commands/projection.ts')).projection,
    server: async () => (await import('./commands/server.ts')).server,
    snapshot: async () => (await import('./commands/snapshot.ts')).snapshot,
  },
})
