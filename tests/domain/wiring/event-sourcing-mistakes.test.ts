import { Domain, field } from 'proteanjs'
import { describe, expect, test } from 'vitest'
import { problemsOf, testMistakes, untyped } from './mistakes.ts'

const sourced = { eventSourced: true } as const

describe('event sourcing', () => {
  testMistakes([
    {
      title: 'an event that nothing applies',
      declare: (domain) => domain.event('Opened', {}, { partOf: 'Account' }) && domain.aggregate('Account', {}, sourced),
      code: 'APPLY_MISSING',
      element: 'Account',
      message: 'does not say what Opened does to it',
      fix: 'this.applies(Opened',
    },
    {
      title: 'an event of an abstract aggregate that nothing applies in one that extends it',
      declare: (domain) => {
        domain.event('Opened', {}, { partOf: 'Base' })
        const Base = domain.aggregate('Base', {}, { abstract: true, eventSourced: true })
        domain.aggregate('Account', {}, { extends: Base })
      },
      code: 'APPLY_MISSING',
      element: 'Account',
      message: 'Opened',
      fix: 'this.applies(Opened',
    },
    {
      title: 'what is applied and is no event',
      declare: (domain) => domain.aggregate('Account', {}, sourced).applies(untyped<never>(undefined), () => undefined),
      code: 'APPLY_TARGET',
      element: 'Account',
      message: 'undefined, which is no event class',
      fix: 'declare it above the aggregate',
    },
    {
      title: 'an event of another aggregate that is applied',
      declare: (domain) => {
        domain.aggregate('Order', {})
        const Placed = domain.event('Placed', {}, { partOf: 'Order' })
        domain.aggregate('Account', {}, sourced).applies(Placed, () => undefined)
      },
      code: 'APPLY_TARGET',
      element: 'Account',
      message: 'applies Placed, which is an event of Order',
      fix: "{ partOf: 'Account' }",
    },
    {
      title: 'an async function that applies an event',
      declare: (domain) => {
        const Opened = domain.event('Opened', {}, { partOf: 'Account' })
        domain.aggregate('Account', {}, sourced).applies(Opened, async () => undefined)
      },
      code: 'APPLY_FUNCTION',
      element: 'Account',
      message: 'with an async function',
      fix: 'put into the event',
    },
    {
      title: 'something that is no function and applies an event',
      declare: (domain) => {
        const Opened = domain.event('Opened', {}, { partOf: 'Account' })
        domain.aggregate('Account', {}, sourced).applies(Opened, untyped('opened'))
      },
      code: 'APPLY_FUNCTION',
      element: 'Account',
      message: 'something that is not a function',
      fix: 'Write a function',
    },
    {
      title: 'events that are applied to an aggregate that is stored as it is',
      declare: (domain) => {
        const Opened = domain.event('Opened', {}, { partOf: 'Account' })
        untyped<{ applies(event: unknown, apply: unknown): void }>(domain.aggregate('Account', {})).applies(Opened, () => undefined)
      },
      code: 'APPLIES_NOT_SOURCED',
      element: 'Account',
      message: 'is stored as it is',
      fix: '{ eventSourced: true }',
    },
    {
      title: 'an aggregate that is not to be what it inherits',
      declare: (domain) => {
        const Base = domain.aggregate('Base', {}, { abstract: true, eventSourced: true })
        domain.aggregate('Account', {}, { extends: Base, eventSourced: false })
      },
      code: 'EVENT_SOURCED_INHERITED',
      element: 'Account',
      message: 'extends Base, which is event-sourced',
      fix: 'Leave the option out',
    },
    {
      title: 'a table of an event-sourced aggregate',
      declare: (domain) => domain.aggregate('Account', {}, { ...sourced, schemaName: 'accounts' }),
      code: 'EVENT_SOURCED_OPTION',
      element: 'Account',
      message: 'has { schemaName }',
      fix: 'projection',
    },
    {
      title: 'a unique field in it',
      declare: (domain) => domain.aggregate('Account', { email: field.string({ unique: true }) }, sourced),
      code: 'EVENT_SOURCED_FIELD',
      element: 'Account.email',
      message: 'is unique',
      fix: 'projection',
    },
    {
      title: 'a stamped field in what it contains',
      declare: (domain) => {
        domain.entity('Line', { at: field.dateTime({ autoNowAdd: true }) }, { partOf: 'Account' })
        domain.aggregate('Account', { lines: field.hasMany('Line') }, sourced)
      },
      code: 'EVENT_SOURCED_FIELD',
      element: 'Line.at',
      message: 'is stamped when it is saved',
      fix: 'Put the time into the event',
    },
    {
      title: 'a made-up value other than its identifier',
      declare: (domain) => domain.aggregate('Account', { id: field.auto({ identifier: true }), token: field.auto() }, sourced),
      code: 'EVENT_SOURCED_FIELD',
      element: 'Account.token',
      message: 'is made up',
      fix: 'set it from an event',
    },
    {
      title: 'an option that is neither true nor false',
      declare: (domain) => domain.aggregate('Account', {}, { eventSourced: untyped<true>('yes') }),
      code: 'OPTION_INVALID',
      element: 'Account',
      message: 'has { eventSourced: "yes" }',
      fix: 'true or false',
    },
  ])

  test('all events that nothing applies are reported at once', async () => {
    const domain = new Domain('bank')
    for (const name of ['Opened', 'Deposited', 'Closed']) domain.event(name, {}, { partOf: 'Account' })
    domain.aggregate('Account', {}, sourced)
    expect((await problemsOf(domain)).map(({ code, message }) => [code, message.match(/what (\w+)/)?.[1]])).toEqual([
      ['APPLY_MISSING', 'Opened'],
      ['APPLY_MISSING', 'Deposited'],
      ['APPLY_MISSING', 'Closed'],
    ])
  })

  test('an abstract event needs no apply, and what applies it applies those that extend it', async () => {
    const domain = new Domain('bank')
    const Moved = domain.event('Moved', {}, { abstract: true, partOf: 'Account' })
    domain.event('Deposited', {}, { partOf: 'Account', extends: Moved })
    domain.aggregate('Account', {}, sourced).applies(Moved, () => undefined)
    expect(await problemsOf(domain)).toEqual([])
  })
})
