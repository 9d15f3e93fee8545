import type { Issue } from '../errors.ts'
import { IncorrectUsageError, ValidationError } from '../errors.ts'
import { abandon, isPromise } from '../util/promises.ts'
import type { ElementDefinition, Stage } from './definition.ts'
import type { Slots, Tracked } from './entity-state.ts'
import { slotOf, stateOf } from './entity-state.ts'

export interface InvariantOptions {
  /** Path of the field that the issue is about; `_entity` when left out. */
  readonly field?: string
  /** Code of the issue; `INVARIANT_PRE_FAILED` or `INVARIANT_POST_FAILED` when left out. */
  readonly code?: string
}

/** Checks one element's own invariants and adds an issue for each that does not hold. */
export function checkOwnInvariants(definition: ElementDefinition, element: object, stage: Stage, prefix: string, issues: Issue[]): void {
  for (const invariant of definition.invariants(stage)) {
    try {
      const verdict = invariant.check(element as never)
      if (verdict === false) issues.push({ path: at(prefix, invariant.field), code: invariant.code, message: invariant.message })
      else if (isPromise(verdict)) {
        abandon(verdict)
        throw new IncorrectUsageError(
          `The invariant "${invariant.message}" of ${definition.name} returned a promise. Invariants look at the object only and are synchronous: do the lookup in the handler.`,
        )
      }
    } catch (error) {
      if (!(error instanceof ValidationError)) throw error
      for (const issue of error.issues)
        issues.push({
          path: at(prefix, issue.path === '_entity' ? invariant.field : issue.path),
          code: issue.code === 'INVALID' ? invariant.code : issue.code,
          message: issue.message,
        })
    }
  }
}

/** Checks the invariants of an entity and of everything it contains. Issues of a child carry the path to it. */
export function checkInvariants(entity: Tracked, stage: Stage, prefix: string, issues: Issue[]): void {
  const { definition } = stateOf(entity)
  if (!definition.hasInvariants(stage)) return
  checkOwnInvariants(definition, entity, stage, prefix, issues)
  for (const [name, spec] of definition.associations) {
    const value = (entity as unknown as Slots)[slotOf(name)]
    if (spec.kind === 'hasMany') checkEach(value as Siblings, stage, `${prefix}${name}`, issues)
    else if (value !== undefined) checkInvariants(value as Tracked, stage, `${prefix}${name}.`, issues)
  }
}

interface Siblings {
  readonly kept: readonly Tracked[]
  readonly intact: readonly Tracked[]
}

function checkEach(list: Siblings, stage: Stage, path: string, issues: Issue[]): void {
  const [first] = list.kept
  if (first === undefined || !stateOf(first).definition.hasInvariants(stage)) return
  for (const [index, child] of list.intact.entries()) checkInvariants(child, stage, `${path}[${index}].`, issues)
}

function at(prefix: string, field: string | undefined): string {
  if (field !== undefined) return `${prefix}${field}`
  return prefix === '' ? '_entity' : prefix.slice(0, -1)
}
