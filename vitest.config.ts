import { defaultServerConditions } from 'vite'
import { defineConfig } from 'vitest/config'

const conditions = ['proteanjs-source', ...defaultServerConditions]

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: { include: ['tests/**/*.test.ts'] },
})
