import { IncorrectUsageError } from '../errors.ts'
import { atomicallyOver } from '../model/atomic.ts'
import { Tracked } from '../model/entity-state.ts'
import { runInUnitOfWork } from '../unit-of-work/run-in-unit-of-work.ts'
import type { Runtime } from '../unit-of-work/runtime.ts'

type UseCase = (...args: never[]) => Promise<unknown>

/** The same object with every function run in a unit of work: committed when it returns, given up when it throws. `this` is the object. */
export function applicationServiceOf<Cases extends object>(runtime: () => Runtime, useCases: Cases): Cases {
  const service: Record<string, unknown> = {}
  for (const [name, useCase] of Object.entries(useCases) as [string, UseCase][]) {
    service[name] = (...args: never[]) => runInUnitOfWork(runtime(), () => useCase.apply(service, args))
  }
  return Object.freeze(service) as Cases
}

/** The same function, atomic over all the aggregates it is given: when it throws, or leaves one of them breaking a rule, none has changed. */
export function domainServiceOf<Args extends readonly unknown[], Result>(
  name: string,
  service: (...args: Args) => Result,
): (...args: Args) => Result {
  return (...args) => {
    if (service.constructor.name === 'AsyncFunction') {
      throw new IncorrectUsageError(
        `The domain service ${name} is async. It is synchronous, so that it can be undone: await in the handler and hand the results in.`,
      )
    }
    const aggregates = (args.flat() as unknown[]).filter(Tracked.is)
    if (aggregates.length === 0)
      throw new IncorrectUsageError(`The domain service ${name} was called without an aggregate. It works on the ones it is given.`)
    return atomicallyOver([...new Set(aggregates)], () => service(...args))
  }
}
