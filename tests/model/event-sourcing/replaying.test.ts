import { Domain, field } from 'proteanjs'
import { describe, expect, test } from 'vitest'
import { definitionOf } from '../../../src/model/definition.ts'
import type { Tracked } from '../../../src/model/entity-state.ts'
import { applyStored, replay } from '../../../src/model/event-sourcing.ts'
import { makeBank } from '../../support/bank.ts'
import { codeOf } from '../thrown.ts'

const bank = () => makeBank({}, new Domain('bank'))

/** The aggregate that these events, stored long ago, have led to. */
function replayed<T extends object>(cls: abstract new (...args: never) => T, id: string, events: readonly object[]): T {
  const entity = definitionOf(cls)!.blank(id)
  replay(entity as Tracked, (root, sourcing) => {
    for (const event of events) applyStored(root, sourcing, event)
  })
  return entity as T
}

describe('replaying stored events', () => {
  test('begins with the defaults of the fields, and has the version of the last event', () => {
    const { Account, AccountOpened, Deposited } = bank()
    const account = replayed(Account, 'a1', [new AccountOpened({ accountId: 'a1', holder: 'Ann' }), new Deposited({ amount: 3 })])
    expect(account.toObject()).toEqual({ accountId: 'a1', holder: 'Ann', balance: 3, status: 'open', tags: [], signatories: [] })
    expect(account._version).toBe(1)
    expect(account._events).toEqual([])
  })

  test('gives what raising them gave, identities of children included', () => {
    const { Account, SignatoryAdded, SignatoryRemoved } = bank()
    const account = Account.open('Ann', 5, 'a1')
    for (const email of ['b@x', 'c@x', 'd@x']) account.raise(new SignatoryAdded({ email }))
    account.raise(new SignatoryRemoved({ email: 'c@x' }))
    account.move([10, -3])
    expect(replayed(Account, 'a1', account._events).toObject()).toEqual(account.toObject())
  })

  test('checks no invariants: those of today need not have held then', () => {
    const { Account, Withdrawn } = bank()
    const account = replayed(Account, 'a1', [new Withdrawn({ amount: 7 })])
    expect(account.balance).toBe(-7)
    expect(account.holder).toBeUndefined()
  })

  test('checks no rules of fields, which may be stricter today', () => {
    const domain = new Domain('strict')
    class Described extends domain.event(
      'Described',
      { name: field.string(), size: field.integer(), state: field.string(), on: field.string() },
      { partOf: 'Thing' },
    ) {}
    class Thing extends domain.aggregate(
      'Thing',
      {
        name: field.string({ maxLength: 3, required: true }),
        size: field.integer({ max: 3 }),
        state: field.status(['new', 'old'] as const, { default: 'new', transitions: { new: ['old'] } }),
        on: field.date(),
      },
      { eventSourced: true },
    ) {
      static {
        this.applies(Described, (thing, event) => Object.assign(thing, event))
      }
    }
    const events = [
      new Described({ name: 'a long name', size: 100, state: 'gone', on: '2026-01-02' }),
      new Described({ size: 4, state: 'new', on: '2026-01-03' }),
    ]
    expect({ ...replayed(Thing, 't1', events.slice(0, 1)).toObject() }).toMatchObject({
      name: 'a long name',
      size: 100,
      state: 'gone',
      on: '2026-01-02',
    })
    expect(replayed(Thing, 't1', events)).toMatchObject({ name: undefined, size: 4, state: 'new' })
  })

  test('leaves an aggregate that goes on by events only', () => {
    const { Account, AccountOpened } = bank()
    const account = replayed(Account, 'a1', [new AccountOpened({ accountId: 'a1', holder: 'Ann', deposit: 5 })])
    expect(codeOf(() => (account.balance = 1))).toBe('CHANGE_WITHOUT_EVENT')
    account.withdraw(5)
    expect(account._version).toBe(1)
    expect(() => account.withdraw(1)).toThrow()
    expect(account.balance).toBe(0)
  })

  test('fails where nothing applies an event, and where it was stored for another aggregate', () => {
    const { domain, Account, AccountOpened } = bank()
    class Forgotten extends domain.event('Forgotten', {}, { partOf: 'Account' }) {}
    expect(codeOf(() => replayed(Account, 'a1', [new Forgotten({})]))).toBe('APPLY_MISSING')
    class Renamed extends domain.event('Renamed', { accountId: field.identifier({ required: true }) }, { partOf: 'Account' }) {}
    Account.applies(Renamed, (account, event) => {
      account.accountId = event.accountId
    })
    expect(codeOf(() => replayed(Account, 'a1', [new AccountOpened({ accountId: 'a1' }), new Renamed({ accountId: 'a2' })]))).toBe(
      'INVALID_OPERATION',
    )
  })

  test('runs defaults() of the class, as constructing does', () => {
    const domain = new Domain('hooked')
    class Begun extends domain.event('Begun', {}, { partOf: 'Hooked' }) {}
    class Part extends domain.entity('Part', { name: field.string() }, { partOf: 'Hooked' }) {}
    class Hooked extends domain.aggregate('Hooked', { label: field.string(), parts: field.hasMany(Part) }, { eventSourced: true }) {
      static {
        this.applies(Begun, () => undefined)
      }
      defaults() {
        this.label = `of ${this.id}`
        this.parts.add(new Part({ id: 'p', name: 'first' }))
      }
    }
    const hooked = new Hooked({ id: 'h1' })
    hooked.raise(new Begun({}))
    expect(replayed(Hooked, 'h1', hooked._events).toObject()).toEqual(hooked.toObject())
    expect(hooked.label).toBe('of h1')
  })
})
