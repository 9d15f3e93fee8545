import { AssertionError } from 'node:assert'
import { inspect } from 'node:util'
import { IncorrectUsageError } from '../errors.ts'
import type { ElementDefinition } from '../model/definition.ts'
import type { Projection } from '../model/element-class.ts'
import { deepEqual } from '../util/plain.ts'
import type { WithMembersOf } from './forward-members.ts'
import { forwardMembers } from './forward-members.ts'

/** What became of a projection, with its own fields to be read: `dashboard.found`, `dashboard.status`. */
export type ProjectionResult<P extends Projection> = WithMembersOf<ProjectionOutcome<P>, P>

export class ProjectionOutcome<P extends Projection> {
  readonly #definition: ElementDefinition
  readonly #projection: P | undefined
  readonly #result: ProjectionResult<P>

  private constructor(definition: ElementDefinition, projection: P | undefined) {
    this.#definition = definition
    this.#projection = projection
    this.#result = forwardMembers<ProjectionOutcome<P>, P>(this, {
      cls: definition.cls,
      current: () => this.#projection,
      missing: (member) =>
        new IncorrectUsageError(`${definition.name}.${member} was read, but no ${definition.name} was found.`, {
          code: 'PROJECTION_NOT_FOUND',
        }),
    })
  }

  static of<P extends Projection>(definition: ElementDefinition, projection: P | undefined): ProjectionResult<P> {
    return new ProjectionOutcome(definition, projection).#result
  }

  get found(): boolean {
    return this.#projection !== undefined
  }

  get notFound(): boolean {
    return this.#projection === undefined
  }

  get projection(): P | undefined {
    return this.#projection
  }

  /** Throws `AssertionError` unless the projection was found and has all these values. */
  has(expected: Partial<P>): ProjectionResult<P> {
    const { name } = this.#definition
    const projection = this.#projection
    if (projection === undefined) throw failure(`${name} projection not found`, undefined, expected)
    for (const [key, value] of Object.entries(expected)) {
      if (!(key in projection)) throw failure(`${name} has no attribute '${key}'`, projection.toObject(), expected)
      const actual = (projection as Record<string, unknown>)[key]
      if (!deepEqual(actual, value)) throw failure(`${name}.${key}: expected ${inspect(value)}, got ${inspect(actual)}`, actual, value)
    }
    return this.#result
  }
}

function failure(message: string, actual: unknown, expected: unknown): AssertionError {
  return new AssertionError({ message, actual, expected, operator: 'has', stackStartFn: ProjectionOutcome.prototype.has })
}
