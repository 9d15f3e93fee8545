import { IncorrectUsageError } from '../errors.ts'
import { definitionOf, definitionOfInstance } from '../model/definition.ts'
import type { Aggregate, EventMessage } from '../model/element-class.ts'
import type { Constructor } from '../model/element-ref.ts'
import type { AggregateResult } from './aggregate-scenario.ts'
import { AggregateScenario } from './aggregate-scenario.ts'
import { definitionOfKind } from './element-domain.ts'
import { EventSequence } from './event-sequence.ts'
import type { Given } from './given-history.ts'

/** An aggregate with a history, for commands to be tried on: `await given(Order, order).process(new ShipOrder({ … }))`. */
export function given<T extends Aggregate>(aggregate: Constructor<T>, ...history: readonly Given<T>[]): AggregateResult<T>
/** Events that happened, for projections to be looked at: `await given(orderPlaced).then(Dashboard, { id })`. */
export function given(...events: readonly [EventMessage, ...EventMessage[]]): EventSequence
export function given(...facts: readonly unknown[]): unknown {
  const [first, ...rest] = facts
  if (definitionOfInstance(first)?.kind === 'event') {
    const other = facts.find((fact) => definitionOfInstance(fact)?.kind !== 'event')
    if (other === undefined) return new EventSequence(facts as readonly EventMessage[])
    throw new IncorrectUsageError(`given(event, …) takes events only, not ${definitionOfInstance(other)?.name ?? String(other)}.`, {
      code: 'GIVEN_NOT_AN_EVENT',
    })
  }
  if (definitionOf(first) === undefined) {
    throw new IncorrectUsageError('given() takes an aggregate class and its history, or events: given(Order, order), given(orderPlaced).', {
      code: 'GIVEN_NOTHING',
    })
  }
  return AggregateScenario.of(definitionOfKind(first, 'aggregate', 'given()'), rest as readonly Given<Aggregate>[])
}
