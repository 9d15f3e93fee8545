import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { LogViolation, RecordedMessage } from '../../src/testing/conformance/index.ts'
import { checkLog } from '../../src/testing/conformance/index.ts'

function at(stream: string, position: number, id = `${stream}@${position}`): RecordedMessage {
  return { stream, position, id }
}

function kinds(violations: readonly LogViolation[]): string[] {
  return violations.map(({ kind, id }) => `${kind} ${id}`)
}

const appended = [at('a', 0), at('a', 1), at('b', 0), at('a', 2)]

describe('the checker of logs', () => {
  test('has nothing to say of a reader that sees each stream in order, however they interleave', () => {
    expect(checkLog({ appended, read: appended })).toEqual([])
    expect(checkLog({ appended, read: [at('b', 0), at('a', 0), at('a', 1), at('a', 2)] })).toEqual([])
    expect(checkLog({ appended: [], read: [] })).toEqual([])
  })

  const cases: readonly (readonly [string, readonly RecordedMessage[], readonly RecordedMessage[], readonly string[]])[] = [
    ['a message that was not read', appended, [at('a', 0), at('b', 0), at('a', 2)], ['skip a@1']],
    ['a message that was read twice', appended, [...appended, at('b', 0)], ['duplicate b@0']],
    ['a stream out of order', appended, [at('a', 1), at('a', 0), at('b', 0), at('a', 2)], ['out-of-order a@0']],
    ['a late one: read after those that came after it', appended, [at('a', 0), at('a', 2), at('b', 0), at('a', 1)], ['out-of-order a@1']],
    ['a message that was never committed', appended, [...appended, at('c', 0)], ['unknown c@0']],
    ['a message in another place than it was given', appended, [at('a', 0), at('a', 1), at('b', 5, 'b@0'), at('a', 2)], ['unknown b@0']],
    ['a gap in a stream', [at('a', 0), at('a', 2)], [at('a', 0), at('a', 2)], ['gap a@2']],
    ['a stream that does not begin at 0', [at('a', 1)], [at('a', 1)], ['gap a@1']],
    ['a position that was given twice', [at('a', 0, 'x'), at('a', 0, 'y')], [at('a', 0, 'x'), at('a', 0, 'y')], ['gap y']],
  ]
  for (const [what, committed, read, expected] of cases) {
    test(`reports ${what}`, () => {
      expect(kinds(checkLog({ appended: committed, read }))).toEqual(expected)
    })
  }

  test('accepts a history exactly when nothing was left out, repeated or moved within its stream', () => {
    const history = fc.array(fc.constantFrom('a', 'b', 'c'), { minLength: 1, maxLength: 12 }).map((streams) => {
      const next = new Map<string, number>()
      return streams.map((stream) => {
        const position = next.get(stream) ?? 0
        next.set(stream, position + 1)
        return at(stream, position)
      })
    })
    fc.assert(
      fc.property(history, fc.nat(), (messages, seed) => {
        const place = seed % messages.length
        const chosen = messages[place]!
        expect(checkLog({ appended: messages, read: messages })).toEqual([])
        expect(kinds(checkLog({ appended: messages, read: messages.filter((one) => one !== chosen) }))).toEqual([`skip ${chosen.id}`])
        expect(kinds(checkLog({ appended: messages, read: [...messages, chosen] }))).toEqual([`duplicate ${chosen.id}`])
        const moved = [...messages.filter((one) => one !== chosen), chosen]
        const overtaken = messages.slice(place + 1).some(({ stream }) => stream === chosen.stream)
        expect(kinds(checkLog({ appended: messages, read: moved }))).toEqual(overtaken ? [`out-of-order ${chosen.id}`] : [])
      }),
    )
  })
})
