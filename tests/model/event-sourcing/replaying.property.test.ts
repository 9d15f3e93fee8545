import fc from 'fast-check'
import { Domain } from 'proteanjs'
import { expect, test } from 'vitest'
import { definitionOf } from '../../../src/model/definition.ts'
import type { Tracked } from '../../../src/model/entity-state.ts'
import { applyStored, replay } from '../../../src/model/event-sourcing.ts'
import { makeBank } from '../../support/bank.ts'

type Step = { readonly move: number } | { readonly moves: readonly number[] } | { readonly add: string } | { readonly remove: string }

const email = fc.constantFrom('a@x', 'b@x', 'c@x')
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ move: fc.integer({ min: -50, max: 50 }) }),
  fc.record({ moves: fc.array(fc.integer({ min: -50, max: 50 }), { maxLength: 4 }) }),
  fc.record({ add: email }),
  fc.record({ remove: email }),
)

test('whatever is raised, accepted or not, the state is what the accepted events lead to', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 20 }), (steps) => {
      const { Account, SignatoryAdded, SignatoryRemoved } = makeBank({}, new Domain('bank'))
      const account = Account.open('Ann', 20, 'a1')
      for (const wanted of steps) {
        const before = { state: account.toObject(), events: account._events, version: account._version }
        try {
          if ('move' in wanted) account.move([wanted.move])
          else if ('moves' in wanted) account.atomic(() => account.move(wanted.moves))
          else if ('add' in wanted) account.raise(new SignatoryAdded({ email: wanted.add }))
          else account.raise(new SignatoryRemoved({ email: wanted.remove }))
        } catch {
          expect({ state: account.toObject(), events: account._events, version: account._version }).toEqual(before)
        }
      }
      const again = definitionOf(Account)!.blank('a1') as InstanceType<typeof Account>
      replay(again as unknown as Tracked, (root, sourcing) => {
        for (const event of account._events) applyStored(root, sourcing, event)
      })
      expect(again.toObject()).toEqual(account.toObject())
      expect(again._version).toBe(account._version)
    }),
  )
})
