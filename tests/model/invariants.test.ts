import { Domain, field, ValidationError } from 'proteanjs'
import { describe, expect, it } from 'vitest'
import { makeOrders } from './cluster.ts'
import { snapshot } from './snapshot.ts'
import { codeOf, issuesOf, thrownBy } from './thrown.ts'

/** An account that notes which of its rules is checked when. */
function makeAccount() {
  const log: string[] = []
  const domain = new Domain('accounts')
  class Account extends domain.aggregate('Account', { balance: field.integer({ default: 0 }), open: field.boolean({ default: true }) }) {
    static {
      this.preInvariant('is open', (account) => {
        log.push(`pre 1 at ${account.balance}`)
        return account.open
      })
      this.preInvariant('is not frozen', (account) => void log.push(`pre 2 at ${account.balance}`))
      this.invariant('is not overdrawn', (account) => {
        log.push(`post 1 at ${account.balance}`)
        return account.balance >= 0
      })
      this.invariant('is not too rich', (account) => void log.push(`post 2 at ${account.balance}`))
    }
    move(...amounts: number[]) {
      for (const amount of amounts) this.balance += amount
    }
  }
  return { Account, log }
}

describe('the rules of an aggregate', () => {
  it('are checked before and after a change, in the order of declaration; at construction only after', () => {
    const { Account, log } = makeAccount()
    const account = new Account({ balance: 1 })
    expect(log.splice(0)).toEqual(['post 1 at 1', 'post 2 at 1'])
    account.balance = 2
    expect(log.splice(0)).toEqual(['pre 1 at 1', 'pre 2 at 1', 'post 1 at 2', 'post 2 at 2'])
  })

  it('are checked once per call from outside, before its first change and after its last', () => {
    const { Account, log } = makeAccount()
    const account = new Account({})
    log.length = 0
    account.move(5, -20, 30)
    expect(log).toEqual(['pre 1 at 0', 'pre 2 at 0', 'post 1 at 15', 'post 2 at 15'])
  })

  it('of before a change keep the change from being made at all', () => {
    const { Account } = makeAccount()
    const account = new Account({ open: false })
    const before = snapshot(account)
    expect(issuesOf(() => account.move(1))).toEqual(['_entity INVARIANT_PRE_FAILED'])
    expect(snapshot(account)).toEqual(before)
  })

  it('of before a change are asked again when a first attempt was refused and caught', () => {
    const { Account } = makeAccount()
    const account = new Account({ open: false })
    account.atomic(() => {
      expect(codeOf(() => account.move(1))).toBe('INVARIANT_PRE_FAILED')
      expect(codeOf(() => account.move(1))).toBe('INVARIANT_PRE_FAILED')
    })
    expect(account.balance).toBe(0)
  })

  it('that do not hold are told all together, each with its path, code and message', () => {
    const domain = new Domain('accounts')
    class Account extends domain.aggregate('Account', { bal: field.integer({ default: 0 }), name: field.string() }) {
      static {
        this.invariant('neg', (account) => account.bal >= 0, { field: 'bal', code: 'NEGATIVE' })
        this.invariant('has a name', (account) => account.bal < 0 || true)
        this.invariant('very neg', (account) => account.bal > -10, { field: 'bal' })
      }
    }
    const account = new Account({})
    const error = thrownBy(() => Object.assign(account, { bal: -50 })) as ValidationError
    expect(error.messages).toEqual({ bal: ['neg', 'very neg'] })
    expect(error.codes).toEqual(['NEGATIVE', 'INVARIANT_POST_FAILED'])
    expect(error.code).toBe('VALIDATION_FAILED')
    expect(account.bal).toBe(0)
  })

  it('may throw what is wrong themselves', () => {
    const domain = new Domain('accounts')
    class Account extends domain.aggregate('Account', { a: field.integer({ default: 0 }) }) {
      static {
        this.invariant(
          'adds up',
          (account) => {
            if (account.a === 1) throw new ValidationError({ a: ['is one'], _entity: ['does not add up'] })
            if (account.a === 2) throw new ValidationError([{ path: 'b.c', code: 'OWN', message: 'is two' }])
          },
          { field: 'a', code: 'SUM' },
        )
      }
    }
    expect(issuesOf(() => new Account({ a: 1 }))).toEqual(['a SUM', 'a SUM'])
    expect(issuesOf(() => new Account({ a: 2 }))).toEqual(['b.c OWN'])
  })

  it('that fail for another reason let that through, and the change is undone', () => {
    const bug = new TypeError('bug')
    const domain = new Domain('accounts')
    class Account extends domain.aggregate('Account', { a: field.integer({ default: 0 }) }) {
      static {
        this.invariant('crashes', (account) => {
          if (account.a > 0) throw bug
        })
      }
    }
    const account = new Account({})
    expect(thrownBy(() => Object.assign(account, { a: 1 }))).toBe(bug)
    expect(account.a).toBe(0)
    account.a = -1
    expect(account.a).toBe(-1)
  })
})

describe('the rules of what an aggregate contains', () => {
  it('are checked with it, and their issues carry the path', () => {
    const { Order, Line, domain } = makeOrders()
    class Cell extends domain.entity('Cell', { value: field.integer({ default: 0 }) }, { partOf: 'Row' }) {
      static {
        this.invariant('small', (cell) => cell.value < 5, { field: 'value' })
        this.invariant('not three', (cell) => cell.value !== 3)
      }
    }
    class Row extends domain.entity('Row', { cells: field.hasMany(Cell), head: field.hasOne(Cell) }, { partOf: 'Grid' }) {}
    class Grid extends domain.aggregate('Grid', { rows: field.hasMany(Row) }) {}
    const cells = [new Cell({}), new Cell({})]
    const head = new Cell({})
    const grid = new Grid({ rows: [new Row({}), new Row({ cells, head })] })
    const change = () =>
      grid.atomic(() => {
        for (const cell of [...cells, head]) cell.value = 9
        head.value = 3
      })
    expect(issuesOf(change)).toEqual([
      'rows[1].cells[0].value INVARIANT_POST_FAILED',
      'rows[1].cells[1].value INVARIANT_POST_FAILED',
      'rows[1].head INVARIANT_POST_FAILED',
    ])
    const order = new Order({ lines: [new Line({ sku: 'a' })] })
    expect(issuesOf(() => order.lines[0]?.change(10))).toEqual(['lines[0].quantity TOO_MANY'])
  })

  it('of before a change are checked too, wherever in the aggregate it is made', () => {
    const { domain } = makeOrders()
    class Seal extends domain.entity('Seal', { broken: field.boolean({ default: false }) }, { partOf: 'Box' }) {
      static {
        this.preInvariant('the seal is not broken', (seal) => !seal.broken)
      }
    }
    class Box extends domain.aggregate('Box', { note: field.string(), seal: field.hasOne(Seal) }) {}
    const box = new Box({ seal: new Seal({ broken: true }) })
    expect(issuesOf(() => Object.assign(box, { note: 'x' }))).toEqual(['seal INVARIANT_PRE_FAILED'])
  })
})

describe('rules that are declared later', () => {
  it('hold from then on, wherever in the aggregate', () => {
    const { Order, Line, Label } = makeOrders()
    const order = new Order({ lines: [{ sku: 'a', parts: [{ name: 'p', main: { text: 'old' } }] }] } as never)
    const label = order.lines[0]?.parts[0]?.main
    order.note = 'a'
    Label.invariant('is not old', (each) => each.text !== 'old', { field: 'text' })
    expect(issuesOf(() => Object.assign(order, { note: 'b' }))).toEqual(['lines[0].parts[0].main.text INVARIANT_POST_FAILED'])
    Line.preInvariant('is never changed', () => false)
    expect(issuesOf(() => Object.assign(label ?? {}, { text: 'new' }))).toEqual(['lines[0] INVARIANT_PRE_FAILED'])
  })

  it('do not depend on elements that nobody has declared', () => {
    const domain = new Domain('partial')
    class Whole extends domain.aggregate('Whole', {
      note: field.string(),
      parts: field.hasMany<Tail>('Nowhere'),
      tail: field.hasOne<Tail>('Tail'),
    }) {
      static {
        this.invariant('has no x', (whole) => whole.note !== 'x')
      }
    }
    class Tail extends domain.entity('Tail', { size: field.integer({ default: 1 }) }, { partOf: 'Whole' }) {
      static {
        this.invariant('is small', (tail) => tail.size < 5, { field: 'size' })
      }
    }
    const whole = new Whole({ tail: new Tail({}) })
    whole.note = 'y'
    expect(issuesOf(() => Object.assign(whole, { note: 'x' }))).toEqual(['_entity INVARIANT_POST_FAILED'])
    expect(issuesOf(() => Object.assign(whole.tail ?? {}, { size: 5 }))).toEqual(['tail.size INVARIANT_POST_FAILED'])
  })
})

describe('an invariant only looks', () => {
  function makeMeddler(meddle: (thing: { count: number; touch(): void; raise(event: never): void }) => void) {
    const domain = new Domain('meddling')
    class Touched extends domain.event('Touched', {}, { partOf: 'Thing' }) {}
    class Thing extends domain.aggregate('Thing', { count: field.integer({ default: 0 }), armed: field.boolean({ default: false }) }) {
      static {
        this.invariant('meddles', (thing) => {
          if (thing.armed) meddle(thing as never)
        })
      }
      touch() {
        this.count += 1
        this.raise(new Touched({}))
      }
    }
    return { Thing, Touched }
  }

  it.each([
    ['an assignment', (thing: object) => void Object.assign(thing, { count: 5 })],
    ['a method', (thing: { touch(): void }) => thing.touch()],
  ])('so that %s in it is refused', (_, meddle) => {
    const { Thing } = makeMeddler(meddle)
    const thing = new Thing({})
    const before = snapshot(thing)
    expect(codeOf(() => Object.assign(thing, { armed: true }))).toBe('INCORRECT_USAGE')
    expect(snapshot(thing)).toEqual(before)
  })

  it('at construction too', () => {
    const { Thing } = makeMeddler((thing) => void Object.assign(thing, { count: 5 }))
    expect(codeOf(() => new Thing({ armed: true }))).toBe('INCORRECT_USAGE')
  })

  it('and answers at once: a promise is refused', () => {
    const domain = new Domain('meddling')
    class Thing extends domain.aggregate('Thing', {}) {
      static {
        this.invariant('is looked up', (async () => Promise.reject(new Error('too late'))) as never)
      }
    }
    expect(codeOf(() => new Thing({}))).toBe('INCORRECT_USAGE')
  })
})

describe('invariants of a domain', () => {
  it('are inherited from an abstract element, and come first', () => {
    const log: string[] = []
    const domain = new Domain('animals')
    class Animal extends domain.aggregate('Animal', { legs: field.integer({ default: 4 }) }, { abstract: true }) {
      static {
        this.invariant('animal', () => void log.push('animal'))
      }
    }
    class Dog extends domain.aggregate('Dog', {}, { extends: Animal }) {
      static {
        this.invariant('dog', () => void log.push('dog'))
      }
    }
    class Cat extends domain.aggregate('Cat', {}, { extends: Animal }) {}
    expect(log.splice(0)).toEqual([])
    expect(new Dog({}).legs).toBe(4)
    expect(log.splice(0)).toEqual(['animal', 'dog'])
    expect(new Cat({}).legs).toBe(4)
    expect(log).toEqual(['animal'])
  })

  it('see what a change has done so far only at its end, whoever looks', () => {
    const { Order } = makeOrders()
    const order = new Order({})
    order.atomic(() => {
      order.total = -1
      expect(order.total).toBe(-1)
      order.total = 3
    })
    expect(order.total).toBe(3)
  })
})
