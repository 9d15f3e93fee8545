import { existsSync, readdirSync, readFileSync, realpathSync, statSync } from 'node:fs'
import { dirname, extname, join, relative, resolve, sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import { ConfigurationError } from '../errors.ts'

const MODULE = /\.(?:ts|mts|js|mjs)$/
const NOT_DOMAIN = /\.(?:d|test|test-d|spec|bench|config|workspace|stories|setup)\.[cm]?[jt]s$/
const BUILT = ['dist', 'build', 'out']
const SKIPPED = new Set(['node_modules', 'dist', 'build', 'coverage', 'tests', 'test', '__tests__', 'features', 'bench'])
/** A root without `src` is looked at itself, with what else lies in a project. */
const SKIPPED_AT_ROOT = new Set(['scripts', 'examples', 'docs', 'public'])

/** The folder that a root means, which may also be given by a file in it, such as `import.meta.url`. Throws `ConfigurationError` when there is none. */
export function rootFolder(root: string | URL): string {
  try {
    const path = realpathSync(typeof root === 'string' && !root.startsWith('file:') ? resolve(root) : fileURLToPath(root))
    return statSync(path).isDirectory() ? path : dirname(path)
  } catch (cause) {
    throw new ConfigurationError(
      {
        code: 'ROOT_NOT_FOUND',
        element: String(root),
        message: 'is the root of the domain, and there is no such folder.',
        fix: 'Give `root` a path or a file URL, for example `import.meta.dirname`, or leave it out.',
      },
      { cause },
    )
  }
}

/**
 * The modules of a domain, sorted: those of `src` below the root where there is such a folder, else those of the root. Tests, configuration and nested
 * domains are left out. `loaded` are modules known to run: they tell a build from its sources, because both together would declare everything twice.
 */
export function domainModules(root: string | URL, loaded: readonly string[] = []): readonly string[] {
  const folder = rootFolder(root)
  const start = startOf(folder, loaded)
  const modules = modulesIn(start, start === folder ? SKIPPED_AT_ROOT : new Set())
  const kind = kindOf(loaded.find((path) => isBelow(start, path)) ?? loaded.find((path) => isBelow(folder, path)))
  return modules.filter((path) => kindOf(path) === kind || !modules.includes(twinOf(path)))
}

/** `src`, unless what runs is a build of it. */
function startOf(folder: string, loaded: readonly string[]): string {
  const runs = (path: string) => loaded.some((module) => isBelow(path, module))
  const src = join(folder, 'src')
  if (existsSync(src) && runs(src)) return src
  return BUILT.map((name) => join(folder, name)).find(runs) ?? (existsSync(src) ? src : folder)
}

function modulesIn(folder: string, skipped: ReadonlySet<string>): readonly string[] {
  const entries = readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1))
  return entries.flatMap((entry) => {
    const path = join(folder, entry.name)
    if (!entry.isDirectory()) return MODULE.test(entry.name) && !NOT_DOMAIN.test(entry.name) ? [path] : []
    const isLeftOut = entry.name.startsWith('.') || SKIPPED.has(entry.name) || skipped.has(entry.name)
    return isLeftOut || isDomain(path) ? [] : modulesIn(path, new Set())
  })
}

/** Whether a folder has a configuration of its own, and so is another domain. */
function isDomain(folder: string): boolean {
  if (existsSync(join(folder, 'domain.toml')) || existsSync(join(folder, '.domain.toml'))) return true
  const manifest = join(folder, 'package.json')
  return existsSync(manifest) && /"protean"\s*:\s*\{/.test(readFileSync(manifest, 'utf8'))
}

function kindOf(path: string | undefined): 'ts' | 'js' {
  return path !== undefined && /js$/.test(extname(path)) ? 'js' : 'ts'
}

/** The file that a module was built into, or from: `a.js` for `a.ts`. */
function twinOf(path: string): string {
  return path.slice(0, -2) + (kindOf(path) === 'ts' ? 'js' : 'ts')
}

function isBelow(folder: string, path: string): boolean {
  const way = relative(folder, path)
  return way !== '' && way !== '..' && !way.startsWith(`..${sep}`) && !way.split(sep).includes('node_modules')
}
