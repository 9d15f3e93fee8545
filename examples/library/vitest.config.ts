import { protean } from 'proteanjs/vitest/plugin'
import { quickpickle } from 'quickpickle'
import { defineConfig } from 'vitest/config'

// #region coverage
const coverage = {
  provider: 'v8' as const,
  include: ['src/**/*.ts'],
  exclude: ['src/domain.ts'],
  reporter: ['text', 'html'],
  thresholds: { 100: true },
}
// #endregion coverage

// #region config
const memory = { PROTEAN_ENV: 'memory' }

export default defineConfig({
  test: {
    projects: [
      {
        plugins: [protean()],
        test: { name: 'unit', include: ['tests/unit/**/*.test.ts'] },
      },
      {
        plugins: [protean(), quickpickle()],
        test: {
          name: 'bdd',
          env: memory,
          include: ['tests/bdd/**/*.feature'],
          setupFiles: ['tests/setup.ts', 'tests/bdd/steps.ts', 'tests/bdd/joining/steps.ts', 'tests/bdd/lending/steps.ts'],
        },
      },
      {
        plugins: [protean()],
        test: { name: 'integration', include: ['tests/integration/**/*.test.ts'], setupFiles: ['tests/setup.ts'] },
      },
    ],
    coverage,
  },
})
// #endregion config
