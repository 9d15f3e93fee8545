import { expect, test } from 'vitest'
import { createDatabase } from '../../../src/adapters/sqlite/create-database.ts'
import { sqliteLocation } from '../../../src/adapters/sqlite/location.ts'
import { sqliteOptions } from '../../../src/adapters/sqlite/options.ts'
import { systemTimers } from '../../../src/util/runtime/timers.ts'

const paths: readonly (readonly [uri: string | undefined, path: string | undefined])[] = [
  ['sqlite:///shop.db', 'shop.db'],
  ['sqlite:///data/shop one.db', 'data/shop one.db'],
  ['sqlite:////var/lib/shop.db', '/var/lib/shop.db'],
  ['SQLite:///shop.db', 'shop.db'],
  ['sqlite:///C:/data/shop.db', 'C:/data/shop.db'],
  ['sqlite:///:memory:', undefined],
  ['sqlite://', undefined],
  ['sqlite:', undefined],
  [undefined, undefined],
]
for (const [uri, path] of paths) {
  test(`${uri ?? 'no URI'} is ${path === undefined ? 'a database without a file' : `the file ${path}`}`, () => {
    expect(sqliteLocation(uri, 'databases.default')).toEqual({ path })
  })
}

test('a database without a file is not durable, one in a file is', () => {
  const durable = (databaseUri: string) =>
    createDatabase({ name: 'default', settings: { databaseUri }, timers: systemTimers }).capabilities.durable
  expect([durable('sqlite:///:memory:'), durable('sqlite:///shop.db')]).toEqual([false, true])
})

const mistakes: readonly (readonly [what: string, settings: Record<string, unknown>, element: string])[] = [
  ['a URI of something else', { databaseUri: 'postgresql://localhost/shop' }, 'databases.shop.databaseUri'],
  ['a path without a third slash', { databaseUri: 'sqlite://shop.db' }, 'databases.shop.databaseUri'],
  ['parameters', { databaseUri: 'sqlite:///shop.db?mode=ro' }, 'databases.shop.databaseUri'],
  ['a URI within the URI', { databaseUri: 'sqlite:///file:shop.db' }, 'databases.shop.databaseUri'],
  ['a schema', { schema: 'shop' }, 'databases.shop.schema'],
  ['an option that is not there', { options: { busyTimeout: 1 } }, 'databases.shop.options.busyTimeout'],
  ['a timeout that is none', { options: { busyTimeoutMs: '5s' } }, 'databases.shop.options.busyTimeoutMs'],
  ['a negative timeout', { options: { busyTimeoutMs: -1 } }, 'databases.shop.options.busyTimeoutMs'],
  ['another way to synchronise', { options: { synchronous: 'off' } }, 'databases.shop.options.synchronous'],
]
for (const [what, settings, element] of mistakes) {
  test(`${what} is a mistake in the configuration`, () => {
    expect(() => sqliteOptions('databases.shop', settings)).toThrow(
      expect.objectContaining({ name: 'ConfigurationError', problems: [expect.objectContaining({ element })] }),
    )
  })
}

test('a writer waits five seconds, and commits survive a power failure, unless told otherwise', () => {
  expect(sqliteOptions('databases.shop', {})).toEqual({ path: undefined, busyTimeoutMs: 5000, synchronous: 'full' })
  expect(sqliteOptions('databases.shop', { options: { busyTimeoutMs: 10, synchronous: 'normal' } })).toMatchObject({
    busyTimeoutMs: 10,
    synchronous: 'normal',
  })
})
