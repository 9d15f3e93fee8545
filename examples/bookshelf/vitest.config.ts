// #region config
import { protean } from 'proteanjs/vitest/plugin'
import { quickpickle } from 'quickpickle'
import { defineConfig } from 'vitest/config'

export default defineConfig({
  plugins: [protean(), quickpickle()],
  test: { include: ['features/**/*.feature', 'tests/**/*.test.ts'], setupFiles: ['tests/setup.ts', 'tests/steps.ts'] },
})
// #endregion config
