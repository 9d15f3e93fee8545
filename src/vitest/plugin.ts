import type { Plugin } from 'vitest/config'

/**
 * For `plugins` of a Vitest configuration. Vitest's mode, `test` unless `--mode` says otherwise, is the environment of every domain: it sets `PROTEAN_ENV` before
 * any module loads, in Vitest itself and in its workers, and wins over the shell's; `test.env.PROTEAN_ENV` in the configuration wins over both. And the
 * framework is loaded by Vitest rather than by Node, so that the modules that `domain.init()` imports are those that tests import, not second copies.
 */
export function protean(): Plugin {
  return {
    name: 'proteanjs',
    // The same configuration file may serve an application that Vite builds.
    apply: () => process.env.VITEST !== undefined,
    config(config, { mode }) {
      const environment = config.test?.env?.PROTEAN_ENV ?? mode
      process.env.PROTEAN_ENV = environment
      return { test: { env: { PROTEAN_ENV: environment }, server: { deps: { inline: ['proteanjs'] } } } }
    },
  }
}
