import { randomFillSync } from 'node:crypto'

import type { Clock } from './clock.ts'
import { systemClock } from './clock.ts'

/** Makes identities and message ids. Each call gives a new, never repeated text. */
export interface Ids {
  next(): string
}

const POOL_IDS = 256
const BYTES_PER_ID = 8
const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'))
const MAX_SEQUENCE = 0xfff

/**
 * UUID version 7 (RFC 9562, 6.2 method 1): 48 bits of milliseconds, a 12-bit sequence that keeps ids of one process in order
 * within a millisecond, and 62 random bits. Time-ordered, so an index on it stays dense. `crypto.randomUUIDv7` needs Node 24.
 */
export function uuidV7Ids(clock: Clock = systemClock): Ids {
  const pool = new Uint8Array(POOL_IDS * BYTES_PER_ID)
  let used = POOL_IDS
  let lastMs = -1
  let sequence = 0
  return {
    next() {
      let ms = clock.now().getTime()
      if (ms > lastMs) sequence = 0
      else {
        // The clock stood still or went back: stay on the last millisecond, and borrow the next when the sequence is used up.
        ms = lastMs
        sequence += 1
        if (sequence > MAX_SEQUENCE) {
          ms += 1
          sequence = 0
        }
      }
      lastMs = ms
      if (used === POOL_IDS) {
        randomFillSync(pool)
        used = 0
      }
      const at = used * BYTES_PER_ID
      used += 1
      const time = ms.toString(16).padStart(12, '0')
      const tail = 0x7000 | sequence
      return `${time.slice(0, 8)}-${time.slice(8)}-${tail.toString(16)}-${hex(((pool[at] ?? 0) & 0x3f) | 0x80)}${hex(pool[at + 1])}-${hex(pool[at + 2])}${hex(pool[at + 3])}${hex(pool[at + 4])}${hex(pool[at + 5])}${hex(pool[at + 6])}${hex(pool[at + 7])}`
    },
  }
}

function hex(byte: number | undefined): string {
  return HEX[byte ?? 0] ?? '00'
}
