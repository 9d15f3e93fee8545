import { Domain } from 'proteanjs'
import { expect, test } from 'vitest'

test('Message DB is configured as the guide says', () => {
  const databaseUri = 'postgresql://message_store@localhost/message_store'
  // #region configure
  const domain = new Domain('shop')
  domain.config.databases.default = { databaseUri: 'postgresql://localhost/shop' }
  domain.config.eventStore = { provider: 'message_db', databaseUri, maxConnections: 10 }
  // #endregion configure
  expect(domain.config.eventStore.provider).toBe('message_db')
})
