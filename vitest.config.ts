import { quickpickle } from 'quickpickle'
import { defaultServerConditions } from 'vite'
import { defineConfig } from 'vitest/config'
import { protean } from './src/vitest/plugin.ts'

// The package's own name leads to its TypeScript source, without a build: docs/adr/0003-dependencies-and-tools.md.
const conditions = ['proteanjs-source', ...defaultServerConditions]

const report = process.env.TEST_REPORT

/** Tests that talk to PostgreSQL and Redis. */
const SERVERS = [
  'tests/adapters/postgres/**/*.test.ts',
  'tests/adapters/redis/**/*.test.ts',
  'tests/adapters/{postgres,redis}.conformance.test.ts',
  'tests/adapters/differential.test.ts',
]

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
          exclude: SERVERS,
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
        plugins: [protean()],
        test: { name: 'ecommerce', include: ['examples/ecommerce/tests/**/*.test.ts'] },
      },
      {
        extends: true,
        plugins: [protean(), quickpickle()],
        test: {
          name: 'bookshelf',
          include: ['examples/bookshelf/features/**/*.feature', 'examples/bookshelf/tests/**/*.test.ts'],
          setupFiles: ['examples/bookshelf/tests/setup.ts', 'examples/bookshelf/tests/steps.ts'],
        },
      },
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
