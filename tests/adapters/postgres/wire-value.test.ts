import fc from 'fast-check'
import { expect, test } from 'vitest'
import { wireValue } from '../../../src/adapters/postgres/wire-value.ts'
import { isStorableText } from '../../../src/ports/storable.ts'
import { describePostgres } from '../../support/postgres.ts'

test('single values are their text', () => {
  expect([null, '', 'a"b', 1.5, -0, 1e300, true, false].map(wireValue)).toEqual([null, '', 'a"b', '1.5', '0', '1e+300', 'true', 'false'])
})

describePostgres('lists arrive at the server as they are', (server) => {
  test('whatever texts are in them', async () => {
    const text = fc.oneof(
      fc.constant(null),
      fc.constantFrom('', 'NULL', 'null', '{}', '{a,b}', '"', '\\', '\\"', ' padded ', 'a,b', "it's", '\n\t\r'),
      fc.string({ unit: 'binary' }).filter(isStorableText),
    )
    await fc.assert(
      fc.asyncProperty(fc.array(text, { maxLength: 8 }), async (texts) => {
        const [row] = await server.admin('SELECT to_json($1::text[]) AS texts', [wireValue(texts)])
        expect(row?.texts).toEqual(texts)
      }),
    )
  })

  test('and numbers and booleans', async () => {
    const [row] = await server.admin('SELECT to_json($1::float8[]) AS numbers, to_json($2::boolean[]) AS booleans', [
      wireValue([0.1, -1e-7, 5e-324, null, 9_007_199_254_740_991]),
      wireValue([true, null, false]),
    ])
    expect(row).toEqual({ numbers: [0.1, -1e-7, 5e-324, null, 9_007_199_254_740_991], booleans: [true, null, false] })
  })
})
