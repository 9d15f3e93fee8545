import { and, field, not } from 'proteanjs'
import { beforeEach, describe, expect, test } from 'vitest'
import { TestDomain } from '../support/test-domain.ts'

function declare() {
  const domain = new TestDomain('Library')
  class Term extends domain.valueObject('Term', { from: field.date({ required: true }), days: field.integer() }) {}
  class Loan extends domain.aggregate(
    'Loan',
    {
      book: field.string(),
      member: field.string(),
      state: field.status(['out', 'back'], { default: 'out' }),
      term: field.valueObject(Term),
    },
    {
      indexes: [
        { fields: ['book'], unique: true, where: { state: 'out' } },
        { fields: ['member', 'term.from'], unique: true, where: and<{ term?: Term }>({ 'term.days': { gte: 14 } }, not({ term: null })) },
      ],
    },
  ) {}
  return { domain, Loan, Term }
}

describe('an index that is unique among some objects', () => {
  let shelf: ReturnType<typeof declare>

  beforeEach(async () => {
    shelf = declare()
    await shelf.domain.init()
  })

  const loans = () => shelf.domain.repositoryFor(shelf.Loan)

  test('refuses a second one of those, at the field', async () => {
    await loans().add(new shelf.Loan({ book: 'Emma' }))
    const second = loans().add(new shelf.Loan({ book: 'Emma' }))
    await expect(second).rejects.toMatchObject({ name: 'ValidationError', messages: { book: ['is taken already'] } })
  })

  test('lets the others be, and frees the value with the change of another field', async () => {
    const first = new shelf.Loan({ book: 'Emma' })
    await loans().add(first)
    await loans().add(new shelf.Loan({ book: 'Emma', state: 'back' }))
    await loans().add(new shelf.Loan({ book: 'Emma', state: 'back' }))
    first.state = 'back'
    await loans().add(first)
    await loans().add(new shelf.Loan({ book: 'Emma' }))
    await expect(loans().add(new shelf.Loan({ book: 'Emma' }))).rejects.toMatchObject({ issues: [{ path: 'book' }] })
  })

  test('may ask for parts of values, and be made of several conditions', async () => {
    const { Loan, Term } = shelf
    const of = (days: number) => new Loan({ member: 'Ann', term: new Term({ from: '2026-05-05', days }) })
    await loans().add(of(14))
    await loans().add(of(7))
    await loans().add(of(7))
    await expect(loans().add(of(15))).rejects.toMatchObject({ issues: [{ path: 'member' }, { path: 'term.from' }] })
  })
})
