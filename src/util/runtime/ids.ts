import { randomFillSync } from 'node:crypto'

import type { Clock } from './clock.ts'
import { systemClock } from './clock.ts'

/** Makes identities and message ids. Each call gives a new, never repeated text. */
export interface Ids {
  next(): string
}

const POOL_IDS = 256
const BYTES_PER_ID = 8
const MAX_SEQUENCE = 0xfff
const DIGITS = Buffer.from('0123456789abcdef', 'latin1')

/**
 * UUID version 7 (RFC 9562, 6.2 method 1): 48 bits of milliseconds, a 12-bit sequence that keeps ids of one process in order
 * within a millisecond, and 62 random bits. Time-ordered, so an index on it stays dense. `crypto.randomUUIDv7` needs Node 24.
 */
export function uuidV7Ids(clock: Clock = systemClock): Ids {
  const pool = new Uint8Array(POOL_IDS * BYTES_PER_ID)
  // Written digit by digit: joining short texts costs several times as much, and leaves as many behind.
  const text = Buffer.from('00000000-0000-7000-0000-000000000000', 'latin1')
  let used = POOL_IDS
  let lastMs = -1
  let sequence = 0
  return {
    next() {
      const ms = clock.now().getTime()
      if (ms > lastMs) {
        lastMs = ms
        sequence = 0
        writeTime(text, ms)
      } else if (sequence < MAX_SEQUENCE) {
        // The clock stood still or went back: stay on the last millisecond, and borrow the next when the sequence is used up.
        sequence += 1
      } else {
        lastMs += 1
        sequence = 0
        writeTime(text, lastMs)
      }
      text[15] = DIGITS[sequence >> 8] as number
      writeByte(text, 16, sequence & 0xff)
      if (used === POOL_IDS) {
        randomFillSync(pool)
        used = 0
      }
      writeRandom(text, pool, used * BYTES_PER_ID)
      used += 1
      return text.toString('latin1')
    },
  }
}

function writeTime(text: Uint8Array, ms: number): void {
  const high = Math.floor(ms / 0x1_0000)
  const low = ms % 0x1_0000
  writeByte(text, 0, (high >>> 24) & 0xff)
  writeByte(text, 2, (high >>> 16) & 0xff)
  writeByte(text, 4, (high >>> 8) & 0xff)
  writeByte(text, 6, high & 0xff)
  writeByte(text, 9, low >>> 8)
  writeByte(text, 11, low & 0xff)
}

function writeRandom(text: Uint8Array, pool: Uint8Array, from: number): void {
  writeByte(text, 19, ((pool[from] as number) & 0x3f) | 0x80)
  writeByte(text, 21, pool[from + 1] as number)
  for (let byte = 2; byte < BYTES_PER_ID; byte += 1) writeByte(text, 20 + byte * 2, pool[from + byte] as number)
}

function writeByte(text: Uint8Array, at: number, byte: number): void {
  text[at] = DIGITS[byte >> 4] as number
  text[at + 1] = DIGITS[byte & 0xf] as number
}
