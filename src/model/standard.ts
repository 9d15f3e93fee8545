import { ValidationError } from '../errors.ts'
import type { StandardResult, StandardSchema } from '../util/standard-schema.ts'
import { definitionOf } from './definition.ts'

/** The Standard Schema of an element's class: what a router, a form or another library validates input with. Gives an instance. */
export function standardSchemaOf(cls: unknown): StandardSchema['~standard'] {
  return {
    version: 1,
    vendor: 'proteanjs',
    validate(value): StandardResult<unknown> {
      if (Array.isArray(value)) return { issues: [{ message: 'must be an object, not a list', path: [] }] }
      try {
        return { value: definitionOf(cls)?.create(value) }
      } catch (error) {
        if (!(error instanceof ValidationError)) throw error
        return { issues: error.issues.map((issue) => ({ message: issue.message, path: pathSteps(issue.path) })) }
      }
    },
  }
}

/** `items[0].quantity` as the steps `items`, 0, `quantity`; `_entity` as none. */
function pathSteps(path: string): PropertyKey[] {
  if (path === '_entity') return []
  return path
    .split(/[.[\]]+/)
    .filter((step) => step !== '')
    .map((step) => (/^\d+$/.test(step) ? Number(step) : step))
}
