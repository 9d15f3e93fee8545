import { quickpickle } from 'quickpickle'
import { defaultServerConditions } from 'vite'
import type { TestProjectInlineConfiguration, ViteUserConfig } from 'vitest/config'
import { defineConfig } from 'vitest/config'
import { protean } from './src/vitest/plugin.ts'

// The package's own name leads to its TypeScript source, without a build: docs/adr/0003-dependencies-and-tools.md.
const conditions = ['proteanjs-source', ...defaultServerConditions]

const report = process.env.TEST_REPORT

/** Tests that talk to PostgreSQL, Message DB in it, and Redis. */
const SERVERS = [
  'tests/adapters/postgres/**/*.test.ts',
  'tests/adapters/redis/**/*.test.ts',
  'tests/adapters/message-db/**/*.test.ts',
  'tests/adapters/{postgres,redis,message-db}.conformance.test.ts',
  'tests/adapters/differential.test.ts',
  'tests/cli/databases-postgres.test.ts',
  'tests/engine/{postgres,redis}/**/*.test.ts',
]

/** Programs that are started and looked at from outside: each file in a process of its own, so that nothing of other tests is around. */
const PROGRAMS = ['tests/cli/server/server-{sqlite,workers,postgres}.test.ts']

/** Processes that kill each other: by itself, so that it is quick, and nobody is disturbed. */
const CHAOS = ['tests/chaos/chaos.test.ts']

/** The tests of an example in one mode; without one, on the real adapters, or on what `--mode` says. */
function example(folder: string, mode?: string, settings: NonNullable<ViteUserConfig['test']> = {}): TestProjectInlineConfiguration {
  return {
    extends: true,
    plugins: [protean(), quickpickle()],
    test: {
      name: mode === undefined ? folder : `${folder}:${mode}`,
      ...(mode === undefined ? {} : { env: { PROTEAN_ENV: mode } }),
      include: [`examples/${folder}/features/**/*.feature`, `examples/${folder}/tests/**/*.test.ts`],
      globalSetup: [`tests/examples/${folder}-servers.ts`],
      setupFiles: [`tests/examples/${folder}-setup.ts`, `examples/${folder}/tests/steps.ts`],
      ...settings,
    },
  }
}

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  // Node 22 lacks some syntax of newer years, such as `await using`.
  oxc: { target: 'es2023' },
  test: {
    reporters: report === undefined ? ['default'] : ['default', ['json', { outputFile: report }]],
    coverage: { include: ['src/**/*.ts'], reporter: ['text-summary', 'html'] },
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['tests/**/*.test.ts'],
          exclude: [...SERVERS, ...PROGRAMS, ...CHAOS],
          pool: 'forks',
          // A process per file costs about 150 ms each; the setup file keeps files from leaking into each other.
          isolate: false,
          setupFiles: ['tests/support/isolation.ts'],
          restoreMocks: true,
          unstubEnvs: true,
          unstubGlobals: true,
        },
      },
      {
        extends: true,
        test: {
          name: 'servers',
          include: SERVERS,
          pool: 'forks',
          isolate: false,
          // One file after the other, when all else is done: what one of them holds open on a server delays what the others read there.
          fileParallelism: false,
          sequence: { groupOrder: 1 },
          setupFiles: ['tests/support/isolation.ts'],
          restoreMocks: true,
          unstubEnvs: true,
          unstubGlobals: true,
        },
      },
      {
        extends: true,
        test: { name: 'programs', include: PROGRAMS, pool: 'forks', fileParallelism: false, sequence: { groupOrder: 4 } },
      },
      {
        extends: true,
        test: { name: 'chaos', include: CHAOS, pool: 'forks', fileParallelism: false, sequence: { groupOrder: 3 } },
      },
      {
        extends: true,
        plugins: [protean()],
        test: { name: 'ecommerce', include: ['examples/ecommerce/tests/**/*.test.ts'] },
      },
      // The same tests in every mode. Those on servers come after the others, and where there is one store for all of them, file by file.
      example('bookshelf', undefined, { sequence: { groupOrder: 2 } }),
      example('bookshelf', 'sqlite'),
      example('bookshelf', 'memory'),
      example('bank', undefined, { sequence: { groupOrder: 2 } }),
      example('bank', 'message_db', { sequence: { groupOrder: 5 }, fileParallelism: false }),
      example('bank', 'sqlite'),
      example('bank', 'memory'),
      {
        extends: true,
        test: {
          name: 'types',
          include: [],
          typecheck: { enabled: true, only: true, include: ['tests/types/**/*.test-d.ts'], tsconfig: 'tsconfig.json' },
        },
      },
    ],
  },
})
