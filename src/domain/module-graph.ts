import { existsSync, readFileSync, realpathSync } from 'node:fs'
import { dirname, join } from 'node:path'

/**
 * An import or re-export at the start of a line or statement. Types vanish when the code runs, so what is imported as types only does not count;
 * before `from`, `type` is a name like any other.
 */
const STATIC_IMPORT = /(?:^|;)[ \t]*(?:import|export)\b(?!\s+type\s+(?!from\b)[\w${*])\s*(?:[^'"`;()=]*?\bfrom\s*)?(['"])([^'"\n]+)\1/gm
const MODULE = /\.[cm]?[jt]s$/

/** The modules that must be evaluated before one with this text is, as they are named in it: TypeScript or JavaScript, static imports only. */
export function importedModules(text: string): readonly string[] {
  return [...text.matchAll(STATIC_IMPORT)].map((match) => match[2] as string)
}

/** Who imports whom, among these modules and those that they import by relative paths. */
export class ModuleGraph {
  readonly #importers = new Map<string, Set<string>>()

  constructor(paths: readonly string[]) {
    const seen = new Set(paths)
    for (const path of seen) {
      for (const imported of importedModules(readFileSync(path, 'utf8')).flatMap((specifier) => fileOf(specifier, path) ?? [])) {
        seen.add(imported)
        this.#importers.set(imported, (this.#importers.get(imported) ?? new Set()).add(path))
      }
    }
  }

  isImported(path: string): boolean {
    return this.#importers.has(path)
  }

  /** Everything that imports this module, directly or by way of others. */
  importersOf(path: string): ReadonlySet<string> {
    const found = new Set<string>()
    const next = [path]
    for (let at = next.pop(); at !== undefined; at = next.pop()) {
      for (const importer of this.#importers.get(at) ?? []) {
        if (found.has(importer)) continue
        found.add(importer)
        next.push(importer)
      }
    }
    return found
  }
}

/** The file that a relative import leads to. Loaders also take a TypeScript file for the JavaScript that it is going to be. */
function fileOf(specifier: string, importer: string): string | undefined {
  if (!specifier.startsWith('.')) return undefined
  const path = join(dirname(importer), specifier)
  const candidates = [path, path.replace(/js$/, 'ts'), `${path}.ts`, `${path}.js`, join(path, 'index.ts'), join(path, 'index.js')]
  const found = candidates.find((candidate) => MODULE.test(candidate) && existsSync(candidate))
  return found && realpathSync(found)
}
