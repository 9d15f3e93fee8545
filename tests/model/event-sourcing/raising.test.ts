import { Domain, field, messageOf } from 'proteanjs'
import { describe, expect, test } from 'vitest'
import { makeBank } from '../../support/bank.ts'
import { codeOf, issuesOf } from '../thrown.ts'

const bank = () => makeBank({}, new Domain('bank'))

describe('an event-sourced aggregate', () => {
  test('begins with its identity and the defaults of its fields', () => {
    const { Account } = bank()
    const account = new Account({ accountId: 'a1' })
    expect(account.toObject()).toEqual({ accountId: 'a1', balance: 0, status: 'open', tags: [], signatories: [] })
    expect(account._version).toBe(-1)
    expect(account._events).toEqual([])
  })

  test('is given an identity of its own when there is none', () => {
    const { Account } = bank()
    expect(new Account().accountId).not.toBe(new Account({}).accountId)
  })

  test('is constructed with nothing but its identity: what no event says could not be read back', () => {
    const { Account } = bank()
    const input = { accountId: 'a1', holder: 'Ann', money: 1 } as never
    expect(issuesOf(() => new Account(input))).toEqual(['holder NOT_FROM_EVENT', 'money UNKNOWN_FIELD'])
  })

  test('applies an event as soon as it is raised', () => {
    const { Account, AccountOpened, Deposited } = bank()
    const account = Account.open('Ann', 5)
    expect(account).toMatchObject({ holder: 'Ann', balance: 5 })
    account.deposit(2)
    expect(account.balance).toBe(7)
    expect(account._events.map((event) => event.constructor)).toEqual([AccountOpened, Deposited])
  })

  test('has the version of its last event, stored or not', () => {
    const { Account } = bank()
    const account = Account.open('Ann')
    expect(account._version).toBe(0)
    account.move([1, 2])
    expect(account._version).toBe(2)
  })

  test('numbers its events by their places in the stream, each with an id of its own', () => {
    const { Account } = bank()
    const account = Account.open('Ann', 5, 'a1')
    account.move([1, 2])
    const messages = account._events.map((event) => messageOf(event)!)
    expect(messages.map(({ stream }) => stream)).toEqual(Array(3).fill('bank::account-a1'))
    expect(messages.map(({ metadata }) => metadata.domain.sequenceId)).toEqual(['0', '1', '2'])
    expect(messages.map(({ metadata }) => metadata.domain.expectedVersion)).toEqual([-1, 0, 1])
    expect(new Set(messages.map(({ id }) => id)).size).toBe(3)
  })
})

describe('an event that may not happen', () => {
  test('is not queued when an invariant fails after it was applied: state, version and events are as before', () => {
    const { Account } = bank()
    const account = Account.open('Ann', 5)
    const before = account.toObject()
    expect(issuesOf(() => account.withdraw(6))).toEqual(['balance OVERDRAWN'])
    expect(account.toObject()).toEqual(before)
    expect(account._version).toBe(0)
    expect(account._events).toHaveLength(1)
  })

  test('takes back the whole method that raised it, and the events that it had raised', () => {
    const { Account } = bank()
    const account = Account.open('Ann', 5)
    expect(issuesOf(() => account.move([1, -7, 10]))).toEqual(['balance OVERDRAWN'])
    expect(account.balance).toBe(5)
    expect(account._events).toHaveLength(1)
  })

  test('leaves the rest of the method alone when that catches the error', () => {
    const { Account, AccountOpened, Deposited, Withdrawn } = bank()
    class Careful extends Account {
      tryTo(amount: number) {
        this.raise(new Deposited({ amount: 1 }))
        try {
          this.raise(new Withdrawn({ amount }))
        } catch {
          this.raise(new Deposited({ amount: 2 }))
        }
      }
    }
    const account = new Careful()
    account.raise(new AccountOpened({ accountId: account.accountId, holder: 'Ann' }))
    account.tryTo(5)
    expect(account.balance).toBe(3)
    expect(account._events.map((event) => event.constructor)).toEqual([AccountOpened, Deposited, Deposited])
  })

  test('is refused before anything changes when a pre-invariant fails', () => {
    const { Account } = bank()
    const account = Account.open('Ann', 5)
    account.close()
    expect(issuesOf(() => account.deposit(1))).toEqual(['_entity CLOSED'])
    expect(account.balance).toBe(5)
    expect(account._events).toHaveLength(2)
  })

  test('is not the first one because of a pre-invariant: before it there is nothing that rules could hold for', () => {
    const domain = new Domain('shy')
    class Begun extends domain.event('Begun', {}, { partOf: 'Shy' }) {}
    class Shy extends domain.aggregate('Shy', { name: field.string() }, { eventSourced: true }) {
      static {
        this.preInvariant('has a name', (shy) => shy.name !== undefined)
        this.applies(Begun, (shy) => {
          shy.name = 'x'
        })
      }
    }
    const shy = new Shy()
    shy.raise(new Begun({}))
    expect(shy.name).toBe('x')
  })

  test('is one that leaves a required field without a value', () => {
    const { Account } = bank()
    expect(issuesOf(() => Account.open(undefined, 5))).toEqual(['holder REQUIRED'])
  })

  test('is one that breaks the rules of a field', () => {
    const { Account } = bank()
    expect(issuesOf(() => Account.open('A name that is far too long'))).toEqual(['holder TOO_LONG'])
  })

  test('is one that the aggregate does not apply, and nothing is queued', () => {
    const { domain, Account } = bank()
    class Frozen extends domain.event('Frozen', {}, { partOf: 'Account' }) {}
    const account = Account.open('Ann')
    expect(codeOf(() => account.raise(new Frozen({})))).toBe('APPLY_MISSING')
    expect(account._events).toHaveLength(1)
    expect(account._version).toBe(0)
  })
})

describe('a change without an event', () => {
  test('is refused, whatever it changes, and changes nothing', () => {
    const { Account, Signatory, SignatoryAdded } = bank()
    const account = Account.open('Ann', 5)
    account.raise(new SignatoryAdded({ email: 'b@x' }))
    const before = account.toObject()
    const changes = [
      () => {
        account.balance = 100
      },
      () => account.signatories.add(new Signatory({ email: 'c@x' })),
      () => account.signatories[0]?.promote(),
      () =>
        account.atomic(() => {
          account.holder = 'Bob'
        }),
    ]
    for (const change of changes) expect(codeOf(change)).toBe('CHANGE_WITHOUT_EVENT')
    expect(account.toObject()).toEqual(before)
  })

  test('is refused on an aggregate that has no events yet, too', () => {
    const { Account } = bank()
    const account = new Account()
    expect(codeOf(() => (account.holder = 'Ann'))).toBe('CHANGE_WITHOUT_EVENT')
    expect(account.holder).toBeUndefined()
  })
})

describe('a group of events', () => {
  test('is checked once, at its end', () => {
    const { Account } = bank()
    const account = Account.open('Ann', 5)
    account.atomic(() => {
      account.withdraw(7)
      account.deposit(3)
    })
    expect(account.balance).toBe(1)
    expect(account._events).toHaveLength(3)
  })

  test('is taken back as a whole when the rules do not hold then', () => {
    const { Account } = bank()
    const account = Account.open('Ann', 5)
    const moves = () =>
      account.atomic(() => {
        account.deposit(1)
        account.withdraw(7)
      })
    expect(issuesOf(moves)).toEqual(['balance OVERDRAWN'])
    expect(account.balance).toBe(5)
    expect(account._events).toHaveLength(1)
  })
})

describe('what applies an event', () => {
  test('changes children too, whose identities are the same whenever the event is applied', () => {
    const { Account, SignatoryAdded, SignatoryRemoved } = bank()
    const twice = [0, 1].map(() => {
      const account = Account.open('Ann', 0, 'a1')
      account.raise(new SignatoryAdded({ email: 'b@x' }))
      account.raise(new SignatoryAdded({ email: 'c@x' }))
      account.raise(new SignatoryRemoved({ email: 'b@x' }))
      return account.signatories.map(({ id, email }) => [id, email])
    })
    expect(twice[0]).toHaveLength(1)
    expect(twice[0]).toEqual(twice[1])
  })

  test('cannot raise events', () => {
    const domain = new Domain('chain')
    class Begun extends domain.event('Begun', {}, { partOf: 'Chain' }) {}
    class Chain extends domain.aggregate('Chain', { length: field.integer({ default: 0 }) }, { eventSourced: true }) {
      static {
        this.applies(Begun, (chain) => {
          chain.length += 1
          if (chain.length < 3) chain.raise(new Begun({}))
        })
      }
    }
    const chain = new Chain()
    expect(codeOf(() => chain.raise(new Begun({})))).toBe('RAISED_WHILE_APPLYING')
    expect(chain.length).toBe(0)
    expect(chain._events).toEqual([])
  })

  test('cannot be asynchronous', () => {
    const domain = new Domain('late')
    class Begun extends domain.event('Begun', {}, { partOf: 'Late' }) {}
    class Late extends domain.aggregate('Late', {}, { eventSourced: true }) {
      static {
        this.applies(Begun, () => Promise.resolve() as never)
      }
    }
    expect(codeOf(() => new Late().raise(new Begun({})))).toBe('APPLY_ASYNC')
  })

  test('may be several functions, those of the abstract aggregate first', () => {
    const domain = new Domain('zoo')
    class Fed extends domain.event('Fed', {}, { partOf: 'Animal' }) {}
    class Animal extends domain.aggregate(
      'Animal',
      { log: field.list(field.string(), { default: [] }) },
      { abstract: true, eventSourced: true },
    ) {
      static {
        this.applies(Fed, (animal) => {
          animal.log = [...animal.log, 'animal']
        })
      }
    }
    class Dog extends domain.aggregate('Dog', {}, { extends: Animal }) {
      static {
        this.applies(Fed, (dog) => {
          dog.log = [...dog.log, 'dog']
        })
        this.applies(Fed, (dog) => {
          dog.log = [...dog.log, 'again']
        })
      }
    }
    const dog = new Dog()
    dog.raise(new Fed({}))
    expect(dog.log).toEqual(['animal', 'dog', 'again'])
  })

  test('may set the identity, where the first event brings it', () => {
    const domain = new Domain('club')
    class Joined extends domain.event('Joined', { number: field.string({ required: true }) }, { partOf: 'Member' }) {}
    class Greeted extends domain.event('Greeted', {}, { partOf: 'Member' }) {}
    class Member extends domain.aggregate('Member', { number: field.identifier({ identifier: true }) }, { eventSourced: true }) {
      static {
        this.applies(Joined, (member, event) => {
          member.number = event.number
        })
        this.applies(Greeted, () => undefined)
      }
    }
    const member = new Member()
    expect(codeOf(() => member.raise(new Greeted({})))).toBe('IDENTITY_MISSING')
    member.raise(new Joined({ number: 'm1' }))
    expect(messageOf(member._events[0]!)?.stream).toBe('club::member-m1')
  })
})
