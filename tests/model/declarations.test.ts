import type { ConfigurationError } from 'proteanjs'
import { Domain, field } from 'proteanjs'
import { describe, expect, it } from 'vitest'

type Declare = (domain: Domain) => unknown
type Row = readonly [code: string, element: string, what: string, declare: Declare]

const id = { id: field.identifier({ identifier: true }) }
/** As JavaScript would let one write it. */
const loose = (value: unknown) => value as never

const MISTAKES: readonly Row[] = [
  ['ELEMENT_NAME_INVALID', 'Big Order', 'a name with a space', (domain) => domain.aggregate('Big Order', {})],
  ['ELEMENT_NAME_INVALID', '1st', 'a name that begins with a digit', (domain) => domain.valueObject('1st', {})],
  ['ELEMENT_NAME_INVALID', '', 'no name', (domain) => domain.projection('', id)],
  [
    'ELEMENT_NAME_TAKEN',
    'Twin',
    'a name that another aggregate has',
    (domain) => [domain.aggregate('Twin', {}), domain.aggregate('Twin', {})],
  ],
  ['OPTION_UNKNOWN', 'Order', 'an option that does not exist', (domain) => domain.aggregate('Order', {}, loose({ streamCatagory: 'x' }))],
  [
    'OPTION_UNKNOWN',
    'Money',
    'an option of another kind of element',
    (domain) => domain.valueObject('Money', {}, loose({ streamCategory: 'x' })),
  ],
  ['PART_OF_MISSING', 'Line', 'an entity of nothing', (domain) => domain.entity('Line', {}, {})],
  ['PART_OF_MISSING', 'Placed', 'an event of nothing', (domain) => domain.event('Placed', {}, {})],
  ['PART_OF_MISSING', 'Place', 'a command of nothing', (domain) => domain.command('Place', {}, {})],
  ['PART_OF_MISSING', 'Find', 'a query of nothing', (domain) => domain.query('Find', {}, {})],
  [
    'EXTENDS_INVALID',
    'Dog',
    'extending what is not abstract',
    (domain) => domain.aggregate('Dog', {}, { extends: domain.aggregate('Animal', {}) }),
  ],
  [
    'EXTENDS_INVALID',
    'Dog',
    'extending another kind of element',
    (domain) => domain.aggregate('Dog', {}, loose({ extends: domain.valueObject('Animal', {}, { abstract: true }) })),
  ],
  ['EXTENDS_INVALID', 'Dog', 'extending a class that is no element', (domain) => domain.aggregate('Dog', {}, loose({ extends: class {} }))],
  ['VERSION_INVALID', 'Placed', 'version 0', (domain) => domain.event('Placed', {}, { abstract: true, version: 0 })],
  ['VERSION_INVALID', 'Placed', 'a version in text', (domain) => domain.event('Placed', {}, { abstract: true, version: loose('2') })],
  [
    'DEPRECATED_INVALID',
    'Order',
    'a deprecation without since',
    (domain) => domain.aggregate('Order', {}, { deprecated: loose({ removal: '2' }) }),
  ],
  [
    'DEPRECATED_INVALID',
    'Order',
    'a deprecation that only says true',
    (domain) => domain.aggregate('Order', {}, { deprecated: loose(true) }),
  ],
  ['FIELD_INVALID', 'Order', 'something that is no field', (domain) => domain.aggregate('Order', { note: loose('string') })],
  ['FIELD_INVALID', 'Order', 'a field that was not called', (domain) => domain.aggregate('Order', { note: loose(field.string) })],
  [
    'FIELD_NAME_INVALID',
    'Order',
    'a field named like a method of aggregates',
    (domain) => domain.aggregate('Order', { raise: field.string() }),
  ],
  [
    'FIELD_NAME_INVALID',
    'Order',
    'a field named constructor',
    (domain) => domain.aggregate('Order', { constructor: loose(field.string()) }),
  ],
  [
    'FIELD_NAME_INVALID',
    'Order',
    'a field that every object has',
    (domain) => domain.event('Order', { valueOf: loose(field.string()) }, { abstract: true }),
  ],
  ['FIELD_NAME_INVALID', 'Order', 'a field with an underscore in front', (domain) => domain.aggregate('Order', { _note: field.integer() })],
  [
    'FIELD_NAME_INVALID',
    'Order',
    'a field that is no identifier',
    (domain) => domain.aggregate('Order', { 'unit-price': field.integer() }),
  ],
  [
    'FIELD_NAME_INVALID',
    'Money',
    'a field named like a method of values',
    (domain) => domain.valueObject('Money', { replace: field.string() }),
  ],
  [
    'FIELD_NAME_INVALID',
    'Placed',
    'a field named payload',
    (domain) => domain.event('Placed', { payload: field.json() }, { abstract: true }),
  ],
  [
    'FIELD_REQUIRED_WITH_DEFAULT',
    'Order',
    'a required field with a default',
    (domain) => domain.aggregate('Order', { note: field.string({ required: true, default: 'x' }) }),
  ],
  [
    'FIELD_REQUIRED_WITH_DEFAULT',
    'Order',
    'a required field with a function as default',
    (domain) => domain.aggregate('Order', { note: field.string({ required: true, default: () => 'x' }) }),
  ],
  [
    'FIELD_AUTO_NOW',
    'Order',
    'a field stamped always and once',
    (domain) => domain.aggregate('Order', { at: field.dateTime({ autoNow: true, autoNowAdd: true }) }),
  ],
  [
    'FIELD_AUTO_NOW',
    'Order',
    'a required field that is stamped',
    (domain) => domain.aggregate('Order', { at: field.date({ autoNow: true, required: true }) }),
  ],
  [
    'FIELD_INCREMENT_IDENTIFIER',
    'Order',
    'an identifier that the database counts',
    (domain) => domain.aggregate('Order', { id: field.auto(loose({ identifier: true, increment: true })) }),
  ],
  [
    'FIELD_DEFAULT_INVALID',
    'Order',
    'a default of the wrong type',
    (domain) => domain.aggregate('Order', { n: field.integer({ default: loose('many') }) }),
  ],
  [
    'FIELD_DEFAULT_INVALID',
    'Order',
    'a default that is too long',
    (domain) => domain.aggregate('Order', { n: field.string({ maxLength: 1, default: 'ab' }) }),
  ],
  [
    'FIELD_DEFAULT_INVALID',
    'Order',
    'a default outside the choices',
    (domain) => domain.aggregate('Order', { n: field.status(['a'], { default: loose('b') }) }),
  ],
  [
    'FIELD_DEFAULT_INVALID',
    'Order',
    'a default of null',
    (domain) => domain.aggregate('Order', { n: field.string({ default: loose(null) }) }),
  ],
  [
    'FIELD_OPTION_INVALID',
    'Order',
    'a limit of a decimal that is no decimal',
    (domain) => domain.aggregate('Order', { n: field.decimal({ min: 'ten' }) }),
  ],
  [
    'FIELD_OPTION_INVALID',
    'Order',
    'a limit of a date that is no date',
    (domain) => domain.aggregate('Order', { n: field.date({ max: '2026-02-30' }) }),
  ],
  [
    'FIELD_OPTION_INVALID',
    'Order',
    'a range that nothing fits',
    (domain) => domain.aggregate('Order', { n: field.integer({ min: 2, max: 1 }) }),
  ],
  [
    'FIELD_OPTION_INVALID',
    'Order',
    'a range of decimals that nothing fits',
    (domain) => domain.aggregate('Order', { n: field.decimal({ min: '0.2', max: '0.1' }) }),
  ],
  [
    'FIELD_OPTION_INVALID',
    'Order',
    'a length that no text has',
    (domain) => domain.aggregate('Order', { n: field.string({ minLength: 256 }) }),
  ],
  [
    'FIELD_OPTION_INVALID',
    'Order',
    'more digits after the point than in all',
    (domain) => domain.aggregate('Order', { n: field.decimal({ precision: 2, scale: 3 }) }),
  ],
  ['FIELD_OPTION_INVALID', 'Order', 'no choices', (domain) => domain.aggregate('Order', { n: field.string({ choices: [] }) })],
  ['FIELD_OPTION_INVALID', 'Order', 'no choices of numbers', (domain) => domain.aggregate('Order', { n: field.integer({ choices: [] }) })],
  ['FIELD_OPTION_INVALID', 'Order', 'no states', (domain) => domain.aggregate('Order', { n: field.status([]) })],
  [
    'FIELD_OPTION_INVALID',
    'Order',
    'transitions to what is no state',
    (domain) => domain.aggregate('Order', { n: field.status(['a', 'b'], { transitions: { a: loose(['c']) } }) }),
  ],
  [
    'FIELD_OPTION_INVALID',
    'Order',
    'a mistake in the field of a list',
    (domain) => domain.aggregate('Order', { n: field.list(field.integer({ min: 2, max: 1 })) }),
  ],
  [
    'FIELD_ASSOCIATION',
    'Placed',
    'children of an event',
    (domain) => domain.event('Placed', { lines: field.hasMany('Line') }, { abstract: true }),
  ],
  ['FIELD_ASSOCIATION', 'Money', 'a child of a value', (domain) => domain.valueObject('Money', { line: field.hasOne('Line') })],
  [
    'FIELD_ASSOCIATION',
    'View',
    'a reference in a projection',
    (domain) => domain.projection('View', { ...id, order: field.reference('View') }),
  ],
  ['FIELD_IDENTITY_IN_VALUE', 'Money', 'an identifier in a value', (domain) => domain.valueObject('Money', id)],
  [
    'FIELD_IDENTITY_IN_VALUE',
    'Money',
    'a unique field in a value',
    (domain) => domain.valueObject('Money', { code: field.string({ unique: true }) }),
  ],
  [
    'FIELD_TRANSITIONS',
    'Placed',
    'transitions in an event',
    (domain) => domain.event('Placed', { state: field.status(['a', 'b'], { transitions: { a: ['b'] } }) }, { abstract: true }),
  ],
  [
    'IDENTIFIER_MULTIPLE',
    'Order',
    'two identifiers',
    (domain) => domain.aggregate('Order', { ...id, code: field.string({ identifier: true }) }),
  ],
  ['IDENTIFIER_MISSING', 'View', 'a projection without identifier', (domain) => domain.projection('View', { total: field.float() })],
]

async function problemsOf(...declarations: readonly Declare[]) {
  const domain = new Domain('mistakes')
  for (const declare of declarations) declare(domain)
  try {
    await domain.init({ traverse: false })
  } catch (error) {
    return (error as ConfigurationError).problems
  } finally {
    await domain.close()
  }
  return []
}

describe('a mistake in a declaration', () => {
  it.each(MISTAKES)('%s (%s): %s is reported at init, with what to do about it', async (code, element, _, declare) => {
    const problems = await problemsOf(declare)
    expect(problems).toContainEqual({ code, element, message: expect.stringMatching(/^[a-z].*\.$/), fix: expect.stringMatching(/[.?]$/) })
  })

  it('is the only one reported when there is only one', async () => {
    for (const [code, element, , declare] of MISTAKES.filter(([code]) => code.startsWith('FIELD') || code.startsWith('IDENTIFIER'))) {
      const problems = (await problemsOf(declare)).filter((problem) => problem.element === element)
      expect(problems.map((problem) => problem.code)).toEqual([code])
    }
  })

  it('is reported together with all others', async () => {
    const unrelated = [0, 4, 6, 13, 15].map((index) => MISTAKES[index] as Row)
    const problems = await problemsOf(...unrelated.map(([, , , declare]) => declare))
    for (const [code, element] of unrelated) expect(problems).toContainEqual(expect.objectContaining({ code, element }))
  })

  it('suggests what was meant', async () => {
    const [problem] = await problemsOf((domain) => domain.aggregate('Order', {}, loose({ streamCategry: 'x' })))
    expect(problem?.fix).toContain('streamCategory')
  })

  it('is none in names and options that only look odd', async () => {
    const allowed: string[] = []
    const problems = await problemsOf(
      (domain) =>
        domain.valueObject('Limits', {
          none: field.integer({ min: 5, max: 5 }),
          text: field.string({ minLength: 255, default: 'x'.repeat(255) }),
          later: field.string({ default: 'a', validate: (text) => allowed.includes(text) }),
          day: field.date({ min: new Date(0), max: '1970-01-01' }),
          exact: field.decimal({ min: '0.10', max: 0.1, precision: 2, scale: 2 }),
          half: field.float({ min: 0.5 }),
        }),
      (domain) =>
        domain.aggregate('Order_2', {
          größe: field.integer(),
          hash: field.string(),
          payload: field.json(),
          state: field.status(['a', 'b'], { transitions: { a: ['b'], b: [] } }),
        }),
      (domain) => domain.event('Hashed', { hash: field.string(), replace: field.string(), raise: field.boolean() }, { partOf: 'Order_2' }),
      (domain) => domain.valueObject('Value', { payload: field.json(), raise: field.string() }, { partOf: 'Order_2' }),
    )
    expect(problems).toEqual([])
  })
})
