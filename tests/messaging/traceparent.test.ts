import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { formatTraceparent, parseTraceparent } from '../../src/messaging/traceparent.ts'
import { traceparent } from './sample-messages.ts'

const TRACE_ID = '4bf92f3577b34da6a3ce929d0e0e4736'
const PARENT_ID = '00f067aa0ba902b7'

describe('parseTraceparent', () => {
  it.each([
    ['01', true],
    ['00', false],
    ['03', true],
    ['02', false],
    ['ff', true],
  ])('reads flags %s as sampled: %s', (flags, sampled) => {
    expect(parseTraceparent(`00-${TRACE_ID}-${PARENT_ID}-${flags}`)).toEqual({ traceId: TRACE_ID, parentId: PARENT_ID, sampled })
  })

  it.each([
    ['an unknown version', `01-${TRACE_ID}-${PARENT_ID}-01`],
    ['a trace id of zeros', `00-${'0'.repeat(32)}-${PARENT_ID}-01`],
    ['a parent id of zeros', `00-${TRACE_ID}-${'0'.repeat(16)}-01`],
    ['a short trace id', `00-${TRACE_ID.slice(1)}-${PARENT_ID}-01`],
    ['a digit that is not hexadecimal', `00-g${TRACE_ID.slice(1)}-${PARENT_ID}-01`],
    ['upper case', `00-${TRACE_ID.toUpperCase()}-${PARENT_ID}-01`],
    ['missing flags', `00-${TRACE_ID}-${PARENT_ID}`],
    ['a fifth part', `00-${TRACE_ID}-${PARENT_ID}-01-x`],
    ['a line break', `00-${TRACE_ID}-${PARENT_ID}-01\n`],
    ['nothing', ''],
  ])('gives undefined for %s', (_what, text) => {
    expect(parseTraceparent(text)).toBeUndefined()
  })

  it('reads what formatTraceparent writes', () => {
    fc.assert(
      fc.property(traceparent, (context) => {
        expect(parseTraceparent(formatTraceparent(context))).toEqual(context)
      }),
    )
  })
})
