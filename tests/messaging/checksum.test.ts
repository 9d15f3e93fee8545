import { afterEach, describe, expect, it, vi } from 'vitest'
import { checksumOf } from '../../src/messaging/checksum.ts'

// Made with Python: hashlib.sha256(json.dumps(data, sort_keys=True, separators=(',', ':')).encode()).hexdigest()
const PYTHON_CHECKSUMS = [
  [{ a: 1, b: [1.5, null, true, 'é\u2028\u{1f600}'] }, 'bf547c29cd9db68c1a050bb210ff062fc405316a33dc3ea2bb69eeaeb48bad87'],
  [{ z: 1, é: 2, a: { c: 3 } }, 'c9e198497fb79df68f53b3d1d13ce7aa2fb9257158a92dbba9e4006d462b11de'],
] as const

describe('checksumOf', () => {
  afterEach(() => {
    vi.doUnmock('node:crypto')
    vi.resetModules()
  })

  it.each(PYTHON_CHECKSUMS)('agrees with the Python original on %j', (data, expected) => {
    expect(checksumOf(data)).toBe(expected)
  })

  it('does not depend on the order of members, nor on undefined ones', () => {
    expect(checksumOf({ b: 2, a: { d: 4, c: 3 }, x: undefined })).toBe(checksumOf({ a: { c: 3, d: 4 }, b: 2 }))
  })

  it('changes with the data', () => {
    expect(checksumOf({ a: '1' })).not.toBe(checksumOf({ a: 1 }))
    expect(checksumOf({ a: [1, 2] })).not.toBe(checksumOf({ a: [2, 1] }))
  })

  it('is the same on a runtime without one-shot hashing', async () => {
    vi.resetModules()
    vi.doMock('node:crypto', async (original) => {
      const { createHash } = await original<typeof import('node:crypto')>()
      return { default: { createHash } }
    })
    const other = await import('../../src/messaging/checksum.ts')
    expect(other.checksumOf).not.toBe(checksumOf)
    for (const [data, expected] of PYTHON_CHECKSUMS) expect(other.checksumOf(data)).toBe(expected)
  })
})
