import { IncorrectUsageError } from '../errors.ts'
import type { HandlerMap } from '../handlers/handler-map.ts'
import { definitionOfInstance } from '../model/definition.ts'
import { runInFrame } from '../unit-of-work/current.ts'

/** Asks a query of its handler, in the context of the domain but in no unit of work. */
export function dispatchQuery(domain: { readonly name: string }, handlers: HandlerMap, query: object): Promise<unknown> {
  const definition = definitionOfInstance(query)
  if (definition?.kind !== 'query') {
    throw new IncorrectUsageError('dispatch() takes a query, an instance of a class made by domain.query().', { code: 'NOT_A_QUERY' })
  }
  const handler = handlers.ofQuery(definition)
  if (handler !== undefined) return runInFrame(domain, {}, () => handler.run(query, undefined as never))
  throw new IncorrectUsageError(
    `No query handler of ${domain.name} answers ${definition.name}. Add .handle(${definition.name}, …) to one.`,
    {
      code: 'QUERY_UNHANDLED',
    },
  )
}
