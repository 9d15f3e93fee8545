import { defineCommand } from 'citty'

export const projection = defineCommand({
  meta: { name: 'projection', description: 'Rebuilds the projections of a domain, and says how they are.' },
  subCommands: {
    rebuild: async () => (await import('./projection-rebuild.ts')).rebuild,
    status: async () => (await import('./projection-status.ts')).status,
  },
})
