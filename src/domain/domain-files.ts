import { importModules } from './import-modules.ts'
import { loadedModules } from './loaded-modules.ts'
import { domainModules, rootFolder } from './modules.ts'

/** What lies below the root of a domain. Nothing is read before it is asked for. */
export class DomainFiles {
  readonly #root: string | URL | undefined
  /** The modules that were running when the domain was made, its own first. */
  readonly #declaredBy: readonly string[]

  constructor(root: string | URL | undefined) {
    this.#root = root
    this.#declaredBy = root === undefined ? [] : loadedModules()
  }

  /** What paths in the configuration are relative to. */
  get folder(): string {
    return this.#root === undefined ? process.cwd() : rootFolder(this.#root)
  }

  /** The modules of the domain; without a root none are known. `running` are modules in the midst of a call to the domain. */
  modules(running: readonly string[]): readonly string[] {
    return this.#root === undefined ? [] : domainModules(this.#root, [...running, ...this.#declaredBy])
  }

  /** Imports them, so that everything they declare is known, and gives what they export. */
  import(running: readonly string[]): Promise<readonly unknown[]> {
    return importModules(this.modules(running), running)
  }
}
