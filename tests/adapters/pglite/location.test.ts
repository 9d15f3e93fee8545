import { expect, test } from 'vitest'
import { createDatabase } from '../../../src/adapters/pglite/create-database.ts'
import { directoryIn } from '../../../src/adapters/pglite/location.ts'
import { systemTimers } from '../../../src/util/runtime/timers.ts'

test.each([
  [undefined, undefined],
  ['pglite:', undefined],
  ['pglite://', undefined],
  ['pglite:///', undefined],
  ['pglite:///data/shop', 'data/shop'],
  ['pglite:////var/lib/shop', '/var/lib/shop'],
])('%s stands for the directory %s', (uri, directory) => {
  expect(directoryIn(uri, 'databases.default.databaseUri')).toBe(directory)
})

test.each(['pglite://host/data', 'sqlite:///data', 'data'])('%s is refused, with the fix', (databaseUri) => {
  expect(() => createDatabase({ name: 'default', settings: { databaseUri }, timers: systemTimers })).toThrow(
    expect.objectContaining({ code: 'PGLITE_URI', message: expect.stringContaining('pglite:///data/shop') }),
  )
})
