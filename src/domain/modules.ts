import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

const MODULE = /\.(ts|mts|js|mjs)$/
const NOT_DOMAIN = /\.(d|test|spec|bench|config|stories|setup)\.[cm]?[jt]s$/
const SKIPPED_FOLDERS = new Set(['node_modules', 'dist', 'build', 'coverage', 'tests', 'test', '__tests__', 'features', 'bench'])

/** Files of a domain: those of `src` below the root where there is such a folder, else of the root; nested domains are their own. */
export function domainModules(root: string | URL): readonly string[] {
  const folder = typeof root === 'string' && !root.startsWith('file:') ? root : fileURLToPath(root)
  const src = join(folder, 'src')
  const start = existsSync(src) ? src : folder
  return existsSync(start) ? modulesIn(start, true) : []
}

function modulesIn(folder: string, isStart: boolean): readonly string[] {
  const entries = readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1))
  if (!isStart && entries.some((entry) => entry.name === 'domain.toml' || entry.name === '.domain.toml')) return []
  return entries.flatMap((entry) => {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) return entry.name.startsWith('.') || SKIPPED_FOLDERS.has(entry.name) ? [] : modulesIn(path, false)
    return MODULE.test(entry.name) && !NOT_DOMAIN.test(entry.name) ? [path] : []
  })
}

/** Imports modules, in order, so that what they declare is registered; gives what they export. */
export async function importModules(paths: readonly string[]): Promise<readonly unknown[]> {
  if (paths.length > 0) warnOfSecondCopies()
  const exported: unknown[] = []
  for (const path of paths) {
    const module = (await import(/* @vite-ignore */ pathToFileURL(path).href)) as Record<string, unknown>
    exported.push(...Object.values(module))
  }
  return exported
}

/** In a worker of Vitest, modules that this file imports are the ones that tests import only where Vitest has loaded this file as well. */
function warnOfSecondCopies(): void {
  if (!('__vitest_worker__' in globalThis) || 'env' in import.meta) return
  process.emitWarning(
    'The modules of a domain are evaluated twice here: once by Vitest, for the tests, and once by Node, for init(). What the second copies declare is unknown to the first. Add protean() from proteanjs/vitest/plugin to the plugins of your Vitest configuration.',
    { code: 'PROTEAN_MODULES_TWICE' },
  )
}
