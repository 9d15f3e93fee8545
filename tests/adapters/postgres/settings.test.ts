import { expect, test } from 'vitest'
import { poolOptions } from '../../../src/adapters/postgres/settings.ts'

const uri = 'postgresql://ann@db.example.com/shop'

test('pool and times of the configuration reach the driver, in its units', () => {
  const settings = { databaseUri: uri, poolSize: 3, maxOverflow: 4, poolTimeout: 1.5, poolRecycle: 60 }
  expect(poolOptions('default', settings)).toMatchObject({
    connectionString: uri,
    min: 3,
    max: 7,
    connectionTimeoutMillis: 1500,
    maxLifetimeSeconds: 60,
  })
})

test('schema and the time that a statement may take hold for every connection', () => {
  const { options } = poolOptions('default', { databaseUri: uri, schema: 'my "shop"', statementTimeoutMs: 250 })
  expect(options).toContain('-c statement_timeout=250')
  expect(options).toContain('-c search_path="my\\ ""shop"""')
})

test('options such as those of TLS are passed to the driver as they are, and before everything else', () => {
  const ssl = { rejectUnauthorized: true, ca: '-----BEGIN CERTIFICATE-----' }
  const options = poolOptions('default', { databaseUri: uri, poolSize: 3, options: { ssl, min: 1, options: '-c work_mem=8MB' } })
  expect(options.ssl).toBe(ssl)
  expect(options.min).toBe(1)
  expect(options.options).toMatch(/-c default_transaction_isolation=read\\ committed .* -c work_mem=8MB$/)
})
