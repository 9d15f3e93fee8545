import { Domain, field } from 'proteanjs'
import { describe, expect, test } from 'vitest'

/** For options that TypeScript would not allow. */
const loose = (options: object) => options as never

async function problemsOf(declare: (domain: Domain) => unknown) {
  const domain = new Domain('options')
  declare(domain)
  const { errors } = await domain.check()
  return errors.map(({ code, element, fix }) => [code, element, fix])
}

describe('options of fields', () => {
  test.each([
    ['requird', () => field.string(loose({ requird: true })), 'Did you mean required?'],
    ['max', () => field.string(loose({ max: 5 })), undefined],
    ['maxLength', () => field.integer(loose({ maxLength: 5 })), undefined],
    ['precision', () => field.float(loose({ precision: 5 })), undefined],
    ['identifier', () => field.boolean(loose({ identifier: true })), undefined],
  ])('that do not exist are reported: %s', async (_option, make, fix) => {
    const [problem] = await problemsOf((domain) => domain.aggregate('Order', { x: make() }))
    expect(problem?.slice(0, 2)).toEqual(['FIELD_OPTION_UNKNOWN', 'Order'])
    if (fix !== undefined) expect(problem?.[2]).toBe(fix)
  })

  test.each([
    ['required', () => field.string(loose({ required: 'yes' }))],
    ['maxLength', () => field.string(loose({ maxLength: -1 }))],
    ['maxLength', () => field.string(loose({ maxLength: '5); throw new Error("run"' }))],
    ['min', () => field.integer(loose({ min: '0' }))],
    ['max', () => field.float(loose({ max: 'x' }))],
    ['pattern', () => field.string(loose({ pattern: '[a-z]' }))],
    ['scale', () => field.decimal(loose({ scale: 1.5 }))],
    ['column', () => field.string(loose({ column: '' }))],
  ])('that make no sense are reported, and never become code: %s', async (option, make) => {
    const problems = await problemsOf((domain) => domain.aggregate('Order', { x: make() }))
    expect(problems).toContainEqual(['FIELD_OPTION_INVALID', 'Order', expect.stringContaining('Give')])
    expect(option).toBeTypeOf('string')
  })
})
