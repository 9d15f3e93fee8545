import { Domain } from 'proteanjs'
import { describe, expect, test } from 'vitest'
import { isolateWorker } from '../../src/vitest/worker-isolation.ts'

function configured() {
  return new Domain('shop', {
    config: {
      databases: {
        default: { provider: 'postgresql', databaseUri: 'postgresql://localhost/shop' },
        own: { provider: 'postgresql', databaseUri: 'postgresql://localhost/shop', schema: 'sales' },
        file: { provider: 'sqlite', databaseUri: 'sqlite:///tmp/shop.db' },
        memory: { provider: 'sqlite', databaseUri: 'sqlite:///:memory:' },
        plain: { provider: 'memory' },
      },
      brokers: { default: { provider: 'redis', uri: 'redis://localhost' }, local: { provider: 'inline' } },
      caches: { default: { provider: 'redis', uri: 'redis://localhost', keyPrefix: 'c' } },
    },
  })
}

test('each worker has a schema, a file and a key prefix of its own, and no other entry changes', () => {
  const domain = configured()
  isolateWorker(domain, '3')
  isolateWorker(domain, '3')
  const { databases, brokers, caches } = domain.config
  expect(databases.default?.schema).toBe('public_worker_3')
  expect(databases.own?.schema).toBe('sales_worker_3')
  expect(databases.file?.databaseUri).toBe('sqlite:///tmp/shop.db.worker-3')
  expect(databases.memory?.databaseUri).toBe('sqlite:///:memory:')
  expect(databases.plain?.schema).toBeUndefined()
  expect(brokers.default?.keyPrefix).toBe('shop:worker-3')
  expect(brokers.local?.keyPrefix).toBeUndefined()
  expect(caches.default?.keyPrefix).toBe('c:worker-3')
})

test('idempotency keys in Redis get a prefix too', () => {
  const domain = configured()
  domain.config.idempotency.redisUrl = 'redis://keys'
  isolateWorker(domain, '3')
  expect(domain.config.idempotency).toMatchObject({ cache: 'idempotency', redisUrl: undefined })
  expect(domain.config.caches.idempotency).toMatchObject({ provider: 'redis', uri: 'redis://keys', keyPrefix: 'shop:worker-3' })
})

test('outside of a worker everything stays as it is', () => {
  const domain = configured()
  isolateWorker(domain, undefined)
  expect(domain.config.databases.default?.schema).toBeUndefined()
  expect(domain.config.caches.default?.keyPrefix).toBe('c')
})

test('so has its event store, where that is one of its own', () => {
  const withStore = (eventStore: { provider: string; databaseUri: string; schema?: string }) => {
    const domain = new Domain('shop', { config: { eventStore } })
    isolateWorker(domain, '3')
    isolateWorker(domain, '3')
    return domain.config.eventStore
  }
  expect(withStore({ provider: 'postgresql', databaseUri: 'postgresql://localhost/shop', schema: 'events' })?.schema).toBe(
    'events_worker_3',
  )
  expect(withStore({ provider: 'sqlite', databaseUri: 'sqlite:///events.db' })?.databaseUri).toBe('sqlite:///events.db.worker-3')
})

describe('a Message DB, which cannot be divided', () => {
  const isolate = (databaseUri: string, worker: string) => () =>
    isolateWorker(new Domain('shop', { config: { eventStore: { provider: 'message_db', databaseUri } } }), worker)

  test('is refused to a second worker, with what to do', () => {
    const message = expect.stringMatching(/fileParallelism: false.*message_store_\$\{VITEST_POOL_ID\|1\}/)
    for (const uri of ['postgresql://localhost/message_store', 'postgresql://localhost/message_store_22', 'postgresql://localhost/x?a=_2'])
      expect(isolate(uri, '2')).toThrow(expect.objectContaining({ code: 'MESSAGE_STORE_SHARED', message }))
  })

  test('is left to the first, and to each whose database has its number', () => {
    expect(isolate('postgresql://localhost/message_store', '1')).not.toThrow()
    expect(isolate('postgresql://localhost/message_store_2', '2')).not.toThrow()
    expect(isolate('postgresql://localhost/message_store_2?sslmode=disable', '2')).not.toThrow()
  })
})
