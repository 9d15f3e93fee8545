import fc from 'fast-check'
import { Domain, field } from 'proteanjs'
import { expect, it } from 'vitest'
import { codeOf } from './thrown.ts'

const STATES = ['a', 'b', 'c', 'd'] as const
type State = (typeof STATES)[number]

const STATE = fc.constantFrom(...STATES)
const MACHINE = fc.record({
  start: STATE,
  transitions: fc.dictionary(STATE, fc.uniqueArray(STATE)) as fc.Arbitrary<Partial<Record<State, State[]>>>,
  /** Each one call from outside: all its steps, or none. */
  calls: fc.array(fc.array(STATE, { minLength: 1, maxLength: 4 }), { maxLength: 8 }),
})

it('a status goes exactly where a naive machine would, and a call with one wrong step goes nowhere', () => {
  fc.assert(
    fc.property(MACHINE, ({ start, transitions, calls }) => {
      const domain = new Domain('machines')
      class Thing extends domain.aggregate('Thing', { state: field.status(STATES, { default: 'a', transitions }) }) {
        walk(steps: readonly State[]) {
          for (const step of steps) this.state = step
        }
      }
      const thing = new Thing({ state: start })
      let naive = start
      const allows = (from: State, to: State) => transitions[from]?.includes(to) ?? false
      for (const steps of calls) {
        for (const state of STATES) expect(thing.canTransitionTo('state', state)).toBe(allows(naive, state))
        const isLegal = steps.every((step, index) => allows(index === 0 ? naive : (steps[index - 1] as State), step))
        if (isLegal) {
          thing.walk(steps)
          naive = steps.at(-1) as State
        } else expect(codeOf(() => thing.walk(steps))).toBe('STATUS_TRANSITION')
        expect(thing.state).toBe(naive)
      }
    }),
  )
})
