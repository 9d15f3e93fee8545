/**
 * Aggregates whose state is what their events have made of it. An event is applied as soon as it is raised, by what `applies` declares for it, and
 * queued only once the state that results keeps every rule. Reading the aggregate applies the stored events again, to an instance that has nothing but
 * the defaults of its fields. Since both run the same functions, the state in memory is always the state that its events lead to.
 */
import type { Issue } from '../errors.ts'
import { IncorrectUsageError } from '../errors.ts'
import { derivedUuid } from '../util/derived-uuid.ts'
import { abandon, isPromise } from '../util/promises.ts'
import { assertInvariants, recordChange } from './atomic.ts'
import type { ElementDefinition } from './definition.ts'
import { definitionOfInstance } from './definition.ts'
import type { EntityState, Slots, Tracked } from './entity-state.ts'
import { describeEntity, identityOf, slotOf, stateOf } from './entity-state.ts'
import { MessageBase } from './record-base.ts'
import type { IdentitySource } from './scope.ts'
import type { Sourcing } from './sourcing.ts'

/** Applies an event and queues it to be stored. Call it inside `atomically`: whatever throws here is taken back there. */
export function raiseAndApply(root: EntityState, sourcing: Sourcing, event: MessageBase): void {
  const { definition, events, scope } = readyFor(root, sourcing, event)
  const nextVersion = root.version + events.length + 1
  const outer = scope.applying
  sourcing.applying = true
  sourcing.position = nextVersion
  sourcing.derived = 0
  scope.applying = identitiesOf(root, sourcing)
  try {
    recordChange(root.entity, () => {
      root.events = events
      MessageBase.carry(event, undefined)
    })
    for (const apply of root.definition.applies.of(definition)) {
      const result = apply(root.entity as never, event as never)
      if (isPromise(result)) refusePromise(root, definition, result)
    }
  } finally {
    sourcing.applying = false
    scope.applying = outer
  }
  if (sourcing.groups === 0) assertHolds(root)
  if (identityOf(root.entity) === undefined) {
    throw new IncorrectUsageError(
      `${root.definition.name} has no identity after ${definition.name}. Set ${root.definition.identifier} in what applies its first event, or give it to the constructor.`,
      { code: 'IDENTITY_MISSING' },
    )
  }
  scope.carryEvent({ event, aggregate: root.entity, nextVersion, sequence: 1 })
  root.events = [...events, event]
}

function readyFor(root: EntityState, sourcing: Sourcing, event: MessageBase) {
  const definition = definitionOfInstance(event) as ElementDefinition
  if (root.readOnly !== undefined)
    throw new IncorrectUsageError(`${describeEntity(root.entity)} cannot raise ${definition.name}: ${root.readOnly}`, { code: 'READ_ONLY' })
  if (sourcing.applying) {
    throw new IncorrectUsageError(
      `${describeEntity(root.entity)} raised ${definition.name} while another event was being applied to it. Raise both in a method, one after the other: what applies an event only sets state.`,
      { code: 'RAISED_WHILE_APPLYING' },
    )
  }
  if (root.definition.applies.of(definition).length === 0) {
    throw new IncorrectUsageError(
      `${root.definition.name} does not say what ${definition.name} does to it. Add static { this.applies(${definition.name}, (${lowerFirst(root.definition.name)}, event) => { … }) }.`,
      { code: 'APPLY_MISSING' },
    )
  }
  return { definition, events: root.events, scope: root.definition.scope }
}

/** Runs `body`, in which `applyStored` applies events that were stored before. */
export function replay(entity: Tracked, body: (root: EntityState, sourcing: Sourcing) => void): void {
  const root = stateOf(entity)
  const sourcing = root.sourcing as Sourcing
  const { scope } = root.definition
  const outer = scope.applying
  root.constructing = true
  sourcing.applying = true
  sourcing.replaying = true
  scope.applying = identitiesOf(root, sourcing)
  try {
    body(root, sourcing)
  } finally {
    root.constructing = false
    sourcing.applying = false
    sourcing.replaying = false
    scope.applying = outer
  }
}

/** Applies the event that follows the aggregate's version. Neither its rules nor those of its fields are checked. Call it inside `replay`. */
export function applyStored(root: EntityState, sourcing: Sourcing, event: object): void {
  const definition = definitionOfInstance(event) as ElementDefinition
  const applies = root.definition.applies.of(definition)
  if (applies.length === 0) refuseUnapplied(root, definition)
  sourcing.position = root.version + 1
  sourcing.derived = 0
  for (const apply of applies) (apply as (entity: Tracked, event: object) => unknown)(root.entity, event)
  root.version += 1
}

function refuseUnapplied(root: EntityState, event: ElementDefinition): never {
  throw new IncorrectUsageError(
    `${describeEntity(root.entity)} has a ${event.name} in its stream and does not say what that does to it. Declare what applies it, also when it is no longer raised.`,
    { code: 'APPLY_MISSING' },
  )
}

/** Runs `body` as a group of changes: events raised in it are checked together, at the end of the outermost group. */
export function inGroup<Result>(root: EntityState, sourcing: Sourcing, body: () => Result): Result {
  const before = root.events
  let result: Result
  sourcing.groups += 1
  try {
    result = body()
  } finally {
    sourcing.groups -= 1
  }
  if (sourcing.groups === 0 && root.events !== before) assertHolds(root)
  return result
}

/** Throws one `ValidationError` with the required fields that are still empty or, when there are none, every invariant that does not hold. */
function assertHolds(root: EntityState): void {
  const slots = root.entity as unknown as Slots
  const empty = root.definition.requiredFields.filter((field) => slots[slotOf(field)] === undefined)
  if (empty.length > 0) throw root.definition.invalid(empty.map((path): Issue => ({ path, code: 'REQUIRED', message: 'is required' })))
  assertInvariants(root, 'post')
}

/**
 * Identities for entities made while an event is applied. They must be the same whenever that event is applied, so each follows from the aggregate, the
 * event's place in its history, and how many were made before it.
 */
function identitiesOf({ entity, definition }: EntityState, sourcing: Sourcing): IdentitySource {
  return { nextIdentity: () => derivedIdentity(entity, definition, sourcing) }
}

function derivedIdentity(entity: Tracked, definition: ElementDefinition, sourcing: Sourcing): string {
  const id = identityOf(entity)
  if (id === undefined) {
    throw new IncorrectUsageError(
      `An identity was needed while an event was applied to a ${definition.name} that has none itself yet. Set ${definition.identifier} first.`,
      { code: 'IDENTITY_MISSING' },
    )
  }
  sourcing.derived += 1
  return derivedUuid(JSON.stringify([definition.fqn, id, sourcing.position, sourcing.derived]))
}

function refusePromise(root: EntityState, event: ElementDefinition, promise: PromiseLike<unknown>): never {
  abandon(promise)
  throw new IncorrectUsageError(
    `What applies ${event.name} to ${root.definition.name} returned a promise. Applying only sets state: look things up in the handler, and put what was found into the event.`,
    { code: 'APPLY_ASYNC' },
  )
}

/** `Account` → `account`. */
function lowerFirst(name: string): string {
  return `${name.charAt(0).toLowerCase()}${name.slice(1)}`
}
