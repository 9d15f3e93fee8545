import type { ValidationError } from 'proteanjs'
import { Domain, field } from 'proteanjs'
import { describe, expect, it } from 'vitest'
import { makeOrders } from './cluster.ts'
import { snapshot } from './snapshot.ts'
import { issuesOf, thrownBy } from './thrown.ts'

const STATES = ['draft', 'placed', 'paid', 'lost'] as const

function makeTicket() {
  const domain = new Domain('tickets')
  return class Ticket extends domain.aggregate('Ticket', {
    state: field.status(STATES, { default: 'draft', transitions: { draft: ['placed', 'lost'], placed: ['placed', 'paid'], paid: [] } }),
    free: field.status(STATES),
    limited: field.status(STATES, { transitions: { draft: ['placed'] } }),
  }) {
    to(...states: (typeof STATES)[number][]) {
      for (const state of states) this.state = state
    }
  }
}

const messageOf = (action: () => unknown) => (thrownBy(action) as ValidationError).messages

describe('a status with transitions', () => {
  it('goes from state to state as they allow', () => {
    const ticket = new (makeTicket())({})
    ticket.state = 'placed'
    ticket.state = 'placed'
    ticket.state = 'paid'
    expect(ticket.state).toBe('paid')
  })

  it('says what is allowed instead', () => {
    const ticket = new (makeTicket())({})
    expect(messageOf(() => Object.assign(ticket, { state: 'paid' }))).toEqual({
      state: ["cannot go from 'draft' to 'paid', only to 'placed', 'lost'"],
    })
    expect(issuesOf(() => Object.assign(ticket, { state: 'paid' }))).toEqual(['state STATUS_TRANSITION'])
    expect(ticket.state).toBe('draft')
  })

  it('ends in a terminal state, be it named without transitions or not at all', () => {
    const Ticket = makeTicket()
    for (const state of ['paid', 'lost'] as const) {
      const ticket = new Ticket({ state })
      expect(messageOf(() => Object.assign(ticket, { state: 'draft' })).state?.[0]).toContain(`'${state}' is a terminal state`)
    }
  })

  it('is not entered again unless that is allowed', () => {
    const ticket = new (makeTicket())({})
    expect(messageOf(() => Object.assign(ticket, { state: 'draft' })).state?.[0]).toContain("cannot enter 'draft' again")
    ticket.to('placed', 'placed')
    expect(ticket.state).toBe('placed')
  })

  it('tells an unknown state from a forbidden one', () => {
    const ticket = new (makeTicket())({})
    expect(issuesOf(() => Object.assign(ticket, { state: 'nowhere' }))).toEqual(['state CHOICE'])
  })

  it('may begin anywhere', () => {
    const Ticket = makeTicket()
    for (const state of STATES) expect(new Ticket({ state }).state).toBe(state)
  })

  it('that has no value yet may take any, and then keeps to the transitions', () => {
    const ticket = new (makeTicket())({})
    ticket.limited = 'draft'
    ticket.limited = 'placed'
    expect(issuesOf(() => Object.assign(ticket, { limited: 'draft' }))).toEqual(['limited STATUS_TRANSITION'])
    expect(issuesOf(() => Object.assign(ticket, { limited: undefined }))).toEqual(['limited STATUS_TRANSITION'])
  })

  it('without transitions goes anywhere', () => {
    const ticket = new (makeTicket())({})
    for (const state of ['paid', 'paid', 'draft', undefined] as const) ticket.free = state
    expect(ticket.free).toBeUndefined()
  })
})

describe('several transitions in one change', () => {
  it('are allowed step by step, though the whole way is no transition', () => {
    const ticket = new (makeTicket())({})
    ticket.to('placed', 'paid')
    expect(ticket.state).toBe('paid')
  })

  it('are refused at the first wrong step, and undone', () => {
    const ticket = new (makeTicket())({})
    expect(issuesOf(() => ticket.to('placed', 'lost', 'placed'))).toEqual(['state STATUS_TRANSITION'])
    expect(ticket.state).toBe('draft')
  })

  it('are refused though the way as a whole is allowed', () => {
    const ticket = new (makeTicket())({})
    expect(issuesOf(() => ticket.to('lost', 'placed'))).toEqual(['state STATUS_TRANSITION'])
    expect(ticket.state).toBe('draft')
  })

  it('of children are checked too', () => {
    const { Order, Line } = makeOrders()
    const line = new Line({ sku: 'a' })
    const order = new Order({ lines: [line] })
    const before = snapshot(order)
    const skip = () =>
      order.atomic(() => {
        order.place()
        line.state = 'gone'
      })
    expect(issuesOf(skip)).toEqual(['state STATUS_TRANSITION'])
    expect(snapshot(order)).toEqual(before)
    order.atomic(() => {
      line.state = 'packed'
      line.state = 'gone'
    })
    expect(line.state).toBe('gone')
  })
})

describe('canTransitionTo', () => {
  it('tells beforehand', () => {
    const ticket = new (makeTicket())({})
    expect(STATES.map((state) => ticket.canTransitionTo('state', state))).toEqual([false, true, false, true])
    expect(ticket.canTransitionTo('state', 'nowhere')).toBe(false)
    ticket.state = 'lost'
    expect(STATES.some((state) => ticket.canTransitionTo('state', state))).toBe(false)
  })

  it('is true where nothing is forbidden', () => {
    const ticket = new (makeTicket())({})
    expect([ticket.canTransitionTo('free', 'paid'), ticket.canTransitionTo('limited', 'paid'), ticket.canTransitionTo('id', 'x')]).toEqual([
      true,
      true,
      true,
    ])
  })
})

it('the states may be the values of an object, in transitions too', () => {
  const domain = new Domain('tickets')
  const State = { Draft: 'draft', Placed: 'placed' } as const
  class Ticket extends domain.aggregate('Ticket', {
    state: field.status(State, { default: State.Draft, transitions: { [State.Draft]: [State.Placed] } }),
  }) {}
  const ticket = new Ticket({})
  ticket.state = State.Placed
  expect(issuesOf(() => Object.assign(ticket, { state: State.Draft }))).toEqual(['state STATUS_TRANSITION'])
})
