import type { Problem } from '../../errors.ts'
import { nearest } from '../../util/nearest.ts'
import { isPlainObject } from '../../util/plain.ts'
import type { Table } from './plain-tables.ts'
import { mergeTables } from './plain-tables.ts'
import { readSection } from './read-section.ts'
import { CONFIG } from './schema.ts'
import { keyCalled, spell } from './spelling.ts'

const NAMES = Object.entries(CONFIG.keys).map(([key, node]) => spell(key, node, 'file'))

/**
 * What a file says for one environment: its base, and over it the overlay named after the environment, if there is one.
 * Overlays are the tables at the top whose names are no keys. All of them are checked, not only the chosen one.
 */
export function layersOf(file: Table, path: string, environment: string | undefined, report: (problem: Problem) => void): Table {
  const reading = { spelling: 'file', where: `in ${path}`, report } as const
  const base = new Map<string, unknown>()
  let chosen: Table = {}
  for (const [name, value] of Object.entries(file)) {
    if (!mayBeOverlay(name, value)) {
      base.set(name, value)
    } else if (holdsConfig(value)) {
      const overlay = readSection(CONFIG.keys, value, name, reading)
      if (name === environment) chosen = overlay
    } else {
      report(notAnOverlay(name, value, reading.where))
    }
  }
  if (environment !== undefined && keyCalled(environment, CONFIG.keys, 'file') !== undefined)
    report(sectionAsEnvironment(environment, reading.where))
  return mergeTables(readSection(CONFIG.keys, Object.fromEntries(base), '', reading), chosen)
}

/** A name that is almost a key's is that key, misspelt. */
function mayBeOverlay(name: string, value: unknown): value is Table {
  return isPlainObject(value) && keyCalled(name, CONFIG.keys, 'file') === undefined && nearest(name, NAMES) === undefined
}

function holdsConfig(table: Table): boolean {
  const names = Object.keys(table)
  return names.length === 0 || names.some((name) => keyCalled(name, CONFIG.keys, 'file') !== undefined)
}

function notAnOverlay(name: string, table: Table, where: string): Problem {
  const hints = Object.keys(table).flatMap((inner) => {
    const meant = nearest(inner, NAMES)
    return meant === undefined ? [] : [`Did you mean \`${name}.${meant}\`?`]
  })
  return {
    code: 'CONFIG_UNKNOWN_KEY',
    element: name,
    message: `is neither a configuration key nor an overlay: none of the keys in it is a configuration key (${where}).`,
    fix: hints[0] ?? 'Constants of your own go under `[custom]`.',
  }
}

function sectionAsEnvironment(environment: string, where: string): Problem {
  return {
    code: 'CONFIG_ENV_IS_A_KEY',
    element: `PROTEAN_ENV=${environment}`,
    message: `names a configuration key, not an overlay (${where}).`,
    fix: 'Name the environment and its overlay differently.',
  }
}
