/** Options that every command takes. */
export const COMMON = {
  domain: {
    type: 'string',
    description: 'Module that exports the domain: a file, a folder with domain.ts or domain.js in it, or file:export.',
    default: '.',
  },
  json: { type: 'boolean', description: 'Print one JSON object instead of text.' },
} as const

/** Options of the commands on databases. */
export const DATABASES = {
  ...COMMON,
  database: { type: 'string', description: 'Only the database of this name.' },
} as const

export const MIGRATIONS_FOLDER = {
  dir: { type: 'string', description: 'Folder of the migrations; that of another database than default is in it.', default: 'migrations' },
} as const

export const CONFIRMATION = { yes: { type: 'boolean', description: 'Really do it: what is stored is lost.' } } as const
