// #region config
import { protean } from 'proteanjs/vitest/plugin'
import { defineConfig } from 'vitest/config'

export default defineConfig({ plugins: [protean()], test: { include: ['tests/**/*.test.ts'] } })
// #endregion config
