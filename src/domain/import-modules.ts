import { readFileSync } from 'node:fs'
import { dirname, relative } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Problem } from '../errors.ts'
import { ConfigurationError } from '../errors.ts'
import { systemTimers } from '../util/runtime/timers.ts'
import { ModuleGraph } from './module-graph.ts'

/**
 * Imports the modules of a domain, so that what they declare is registered.
 *
 * A module can wait for `init()` while it is itself being loaded: `await domain.init()` at the top of `main.ts`. To import it, or a module that imports
 * it, would be to wait for itself, for ever. So the modules that are running are not imported again (they are loaded, after all), and one that imports
 * them only if they are done. Whether they are, nothing but time can tell; it is asked only where a module of the domain imports one that is running.
 */

/** Real time, for a module that is loaded to say so: it has nothing to wait for, so all of this passes only for one that is in fact stuck. */
const GRACE_MS = 300

/** What declares something, and so would be missing if it were left out. */
const DECLARES =
  /\bextends\s+[\w.]+\.(?:aggregate|entity|valueObject|event|command|query|projection|repository)\(|\.(?:commandHandler|eventHandler|projector|queryHandler)\(/

/**
 * Gives what the modules export. `running` are modules that may be waiting for this. Throws `ConfigurationError` naming every module that fails, with the
 * cause (`MODULE_FAILED`), and every one that declares something and cannot be loaded in time (`MODULE_WAITS_FOR_INIT`).
 */
export async function importModules(paths: readonly string[], running: readonly string[]): Promise<readonly unknown[]> {
  if (paths.length > 0) warnOfSecondCopies()
  const exported: unknown[] = []
  const failures = new Map<unknown, string[]>()
  const load = async (path: string): Promise<void> => {
    try {
      exported.push(...Object.values(await evaluate(path)))
    } catch (error) {
      failures.set(error, [...(failures.get(error) ?? []), path])
    }
  }
  const others = paths.filter((path) => !running.includes(path))
  const graph = new ModuleGraph(others)
  const stuck = await stuckOf(running.filter((path) => graph.isImported(path)))
  const waiting: Problem[] = []
  for (const path of others) {
    const module = stuck.find((candidate) => graph.importersOf(candidate).has(path))
    if (module === undefined) await load(path)
    else if (DECLARES.test(readFileSync(path, 'utf8'))) waiting.push(waits(path, module))
  }
  const problems = [...[...failures].map(([error, modules]) => failed(error, modules)), ...waiting]
  const [cause] = failures.keys()
  if (problems.length > 0)
    throw new ConfigurationError(problems, { cause: failures.size > 1 ? new AggregateError(failures.keys()) : cause })
  return exported
}

function evaluate(path: string): Promise<Record<string, unknown>> {
  return import(/* @vite-ignore */ pathToFileURL(path).href) as Promise<Record<string, unknown>>
}

async function stuckOf(running: readonly string[]): Promise<readonly string[]> {
  const done = new Set<string>()
  const enough = new AbortController()
  // One that failed is done too, and fails again for those that import it.
  const all = Promise.allSettled(running.map((path) => evaluate(path).finally(() => done.add(path))))
  if (running.length > 0) await Promise.race([all, systemTimers.sleep(GRACE_MS, enough.signal)])
  enough.abort()
  return running.filter((path) => !done.has(path))
}

/** Modules that fail for the same reason fail because one of them does: the one in which it was thrown, if that can be seen. */
function failed(error: unknown, modules: readonly string[]): Problem {
  const { stack = '', message = String(error) } = error instanceof Error ? error : {}
  const [first = ''] = modules.toSorted((a, b) => positionIn(stack, a) - positionIn(stack, b))
  const others = modules.filter((path) => path !== first).map((path) => relative(dirname(first), path))
  return {
    code: 'MODULE_FAILED',
    element: first,
    message: `could not be imported: ${message}.${others.length === 0 ? '' : ` So could not ${others.join(', ')}.`}`,
    fix: 'Correct it, or move it out of the folder of the domain if it is no part of it.',
  }
}

function positionIn(stack: string, path: string): number {
  const position = stack.indexOf(path)
  return position === -1 ? Number.POSITIVE_INFINITY : position
}

function waits(path: string, module: string): Problem {
  return {
    code: 'MODULE_WAITS_FOR_INIT',
    element: path,
    message: `declares elements or handlers, and imports ${relative(dirname(path), module)}, which is still waiting for init().`,
    fix: 'Call init() in a module that no other imports, such as main.ts.',
  }
}

/** In a worker of Vitest, modules that this file imports are the ones that tests import only where Vitest has loaded this file as well. */
function warnOfSecondCopies(): void {
  if (!('__vitest_worker__' in globalThis) || 'env' in import.meta) return
  process.emitWarning(
    'The modules of a domain are evaluated twice here: once by Vitest, for the tests, and once by Node, for init(). What the second copies declare is unknown to the first. Add protean() from proteanjs/vitest/plugin to the plugins of your Vitest configuration.',
    { code: 'PROTEAN_MODULES_TWICE' },
  )
}
