import { defineCommand } from 'citty'

export const snapshot = defineCommand({
  meta: { name: 'snapshot', description: 'Takes snapshots of event-sourced aggregates.' },
  subCommands: { create: async () => (await import('./snapshot-create.ts')).create },
})
