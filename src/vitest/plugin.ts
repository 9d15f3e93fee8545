import type { Plugin } from 'vitest/config'

/**
 * For `plugins` of a Vitest configuration. Vitest's mode, `test` unless `--mode` says otherwise, is the environment of every domain: it sets `PROTEAN_ENV`
 * before any module of a domain loads, in Vitest itself and in its workers, and wins over the shell's; `test.env.PROTEAN_ENV` of a configuration or of one of
 * its projects wins over both. And the framework is loaded by Vitest rather than by Node, so that the modules that `domain.init()` imports are those that tests
 * import, not second copies.
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
      project.config.env = { PROTEAN_ENV: project.vite.config.mode, ...project.config.env }
    },
  }
}
