import { Domain } from 'proteanjs'
import { expect, test } from 'vitest'

test('configuration in code is read back as it was given', () => {
  const databaseUri = 'postgresql://localhost/shop'
  // #region in-code
  const domain = new Domain('shop')
  domain.config.eventProcessing = 'sync'
  domain.config.databases.default = { provider: 'postgresql', databaseUri }
  domain.config.server.priorityLanes = { enabled: true, threshold: 0 }
  // #endregion in-code
  expect(domain.config.eventProcessing).toBe('sync')
  expect(domain.config.databases.default?.databaseUri).toBe(databaseUri)
  expect(domain.config.server.priorityLanes.enabled).toBe(true)
})
