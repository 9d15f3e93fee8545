import { globSync } from 'node:fs'
import { join } from 'node:path'
import { Domain, field } from 'proteanjs'
import { afterAll, describe, expect, it, vi } from 'vitest'

// Everything that the other files say of the model also holds where code must not be made from text.
vi.mock('../../../src/model/code-generation.ts', () => ({ CAN_GENERATE_CODE: false }))

afterAll(() => {
  vi.doUnmock('../../../src/model/code-generation.ts')
})

const folder = join(import.meta.dirname, '..')
const suites = globSync('**/*.test.ts', { cwd: folder }).filter((path) => !path.startsWith('code-generation'))

describe('without making code from text', () => {
  it('nothing is compiled', () => {
    const cls = new Domain('interpreted').valueObject('Value', { it: field.string() })
    expect(String(cls)).toContain('construct(this, input')
  })

  for (const path of suites.sort()) describe(path, () => import(join(folder, path)))
})
