import { IncorrectUsageError } from '../errors.ts'

/** The enricher itself. What is not a function would fail much later, in the middle of somebody's command. */
export function enricher<Enricher>(given: Enricher, method: string): Enricher {
  if (typeof given === 'function') return given
  throw new IncorrectUsageError(`${method}() takes a function, not ${given === null ? 'null' : `a value of type ${typeof given}`}.`, {
    code: 'ENRICHER_NOT_CALLABLE',
  })
}
