import type { ElementDefinition } from '../model/definition.ts'
import { definitionOfInstance } from '../model/definition.ts'

/** The identity of an aggregate in one of its messages: the field marked as identifier, named like the aggregate's own, or after it (`orderId`). */
export function identityIn(message: object, aggregate: ElementDefinition): string | undefined {
  const { identifier, fields } = definitionOfInstance(message) as ElementDefinition
  const named = `${aggregate.name.charAt(0).toLowerCase()}${aggregate.name.slice(1)}Id`
  const field = [identifier, aggregate.identifier, named].find((name) => name !== undefined && fields.has(name))
  const value = field === undefined ? undefined : (message as Record<string, unknown>)[field]
  return typeof value === 'string' ? value : undefined
}
