import { Domain } from 'proteanjs'
import { expect, test, vi } from 'vitest'

test('what is written is said by levels', async () => {
  const written: string[] = []
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => written.push(String(text)) > 0)
  const domain = new Domain('shop')
  // #region levels
  domain.config.logging = { level: 'warn', format: 'json', perLogger: { engine: 'info', 'query.slow': 'error' } }
  // #endregion levels
  const { logger } = domain
  logger.info({ event: 'engine.started' }, 'written')
  logger.info({ event: 'health.listening' }, 'left out')
  logger.warn({ event: 'query.slow' }, 'left out')
  expect(written.map((line) => (JSON.parse(line) as { message: string }).message)).toEqual(['written'])
})
