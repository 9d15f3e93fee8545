import { protean } from 'proteanjs/vitest/plugin'
import { quickpickle } from 'quickpickle'
import { defineConfig } from 'vitest/config'

export default defineConfig(({ mode }) => ({
  plugins: [protean(), quickpickle()],
  test: {
    include: ['features/**/*.feature', 'tests/**/*.test.ts'],
    setupFiles: ['tests/setup.ts', 'tests/steps.ts'],
    // One message store for all test files, so that they take turns. Schemas of PostgreSQL each worker has its own.
    fileParallelism: mode !== 'message_db',
  },
}))
