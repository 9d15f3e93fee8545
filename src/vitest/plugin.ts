import type { Plugin } from 'vitest/config'
import { makeRunFolder, RUN_FOLDER } from './run-folder.ts'

/** Vitest exports it from a module that would be loaded for this alone. */
type Vitest = Parameters<NonNullable<Plugin['configureVitest']>>[0]['vitest']

/** One for all projects of a run. */
const folders = new WeakMap<Vitest, string>()

/**
 * For `plugins` of a Vitest configuration. Vitest's mode, `test` unless `--mode` says otherwise, is the environment of every domain: it sets `PROTEAN_ENV`
 * before any module of a domain loads, in Vitest itself and in its workers, and wins over the shell's; `test.env.PROTEAN_ENV` of a configuration or of one of
 * its projects wins over both. And the framework is loaded by Vitest rather than by Node, so that the modules that `domain.init()` imports are those that tests
 * import, not second copies. Tables that `useDomain` makes stand until the run ends, and are dropped then.
 */
export function protean(): Plugin {
  return {
    name: 'proteanjs',
    // The same configuration file may serve an application that Vite builds.
    apply: () => process.env.VITEST !== undefined,
    // `test.server.deps.inline`, set by a plugin, does not reach projects that share their server.
    config: () => ({ environments: { ssr: { resolve: { noExternal: ['proteanjs'] } } } }),
    // Vitest types `env` as always there.
    configureVitest({ vitest, project }) {
      process.env.PROTEAN_ENV = vitest.config.env?.PROTEAN_ENV ?? vitest.vite.config.mode
      project.config.env = { PROTEAN_ENV: project.vite.config.mode, ...project.config.env, [RUN_FOLDER]: folderOf(vitest) }
    },
  }
}

function folderOf(vitest: Vitest): string {
  const known = folders.get(vitest)
  if (known !== undefined) return known
  const folder = makeRunFolder()
  folders.set(vitest, folder)
  vitest.onClose(async () => {
    const { endRun } = await import('./end-run.ts')
    for (const failure of await endRun(folder)) vitest.logger.warn(`Tables of this run could not be dropped: ${String(failure)}`)
  })
  return folder
}
