import { expect, it } from 'vitest'
import { Priority } from '../../src/messaging/priority.ts'

it('orders the named priorities from backfill to critical', () => {
  expect(Priority).toEqual({ BACKFILL: -100, BULK: -100, LOW: -50, NORMAL: 0, HIGH: 50, CRITICAL: 100 })
})
