import { IncorrectUsageError } from '../errors.ts'
import type { ProcessManager } from '../handlers/process-manager.ts'
import { definitionOf, definitionOfInstance } from '../model/definition.ts'
import type { Aggregate, EventMessage } from '../model/element-class.ts'
import type { Constructor } from '../model/element-ref.ts'
import type { AggregateResult } from './aggregate-scenario.ts'
import { AggregateScenario } from './aggregate-scenario.ts'
import { definitionOfKind } from './element-domain.ts'
import { EventSequence } from './event-sequence.ts'
import type { Given } from './given-history.ts'
import type { ProcessManagerResult } from './process-outcome.ts'
import { processGiven } from './process-outcome.ts'

/** An aggregate with a history, for commands to be tried on: `await given(Order, order).process(new ShipOrder({ … }))`. */
export function given<T extends Aggregate>(aggregate: Constructor<T>, ...history: readonly Given<T>[]): AggregateResult<T>
/** What a process does about events: `await given(Shipping, orderPlaced, orderPaid)`. Its commands are collected and not processed. */
export function given<P extends ProcessManager>(
  processManager: Constructor<P>,
  ...events: readonly EventMessage[]
): Promise<ProcessManagerResult<P>>
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
  const process = definitionOf(first)
  if (process?.kind === 'processManager') return processGiven(process, rest as readonly EventMessage[])
  return AggregateScenario.of(definitionOfKind(first, 'aggregate', 'given()'), rest as readonly Given<Aggregate>[])
}
