/**
 * Atomic changes. The outermost behaviour method, assignment or child operation on an aggregate opens a change; whatever happens inside is
 * recorded with how to take it back. Steps: pre-invariants before the first change, field rules at each assignment, post-invariants of the
 * whole aggregate once at the end. Anything thrown takes back what the call had done: values, children and raised events are then exactly what
 * they were. A nested call that throws takes back its own part only, so that the caller may go on.
 */
import type { Issue } from '../errors.ts'
import { IncorrectUsageError } from '../errors.ts'
import type { EntityState, OpenChange, Slots, Tracked } from './entity-state.ts'
import { describeEntity, stateOf } from './entity-state.ts'
import type { Stage } from './invariants.ts'
import { checkInvariants } from './invariants.ts'

/** Runs `body` as one atomic change of the entity's whole aggregate. */
export function atomically<Args extends readonly unknown[], Result>(
  entity: Tracked,
  body: (this: Tracked, ...args: Args) => Result,
  args: Args,
): Result {
  const root = stateOf(stateOf(entity).root)
  if (root.constructing) return body.apply(entity, args as never)
  const outer = root.change
  if (outer === undefined) root.definition.refuseShadowedFields(root.entity)
  const change = outer ?? { undo: [], preChecked: false }
  root.change = change
  const mark = change.undo.length
  try {
    const result = body.apply(entity, args as never)
    if (isPromise(result)) refusePromise(entity, result)
    if (outer === undefined && change.undo.length > 0) assertInvariants(root, 'post')
    return result
  } catch (error) {
    takeBack(change, mark)
    throw error
  } finally {
    if (outer === undefined) root.change = undefined
  }
}

/** Runs `body` as one atomic change of several aggregates together: all of them hold at the end, or none has changed. */
export function atomicallyOver<Result>(entities: readonly Tracked[], body: () => Result): Result {
  const [first, ...rest] = entities
  if (first === undefined) return body()
  return atomically(first, () => atomicallyOver(rest, body), [])
}

/** Changes an aggregate on the framework's behalf, just before it is saved. Returns how to take that back should the save fail. */
export function changeRevocably(entity: Tracked, body: () => void): () => void {
  const root = stateOf(stateOf(entity).root)
  const change: OpenChange = { undo: [], preChecked: true }
  root.change = change
  try {
    body()
    if (change.undo.length > 0) assertInvariants(root, 'post')
  } catch (error) {
    takeBack(change, 0)
    throw error
  } finally {
    root.change = undefined
  }
  return () => takeBack(change, 0)
}

/** Records a change about to be made to an entity, and runs the pre-invariants before the first one. Call it inside `atomically`. */
export function recordChange(entity: Tracked, undo: () => void): void {
  const state = stateOf(entity)
  const root = stateOf(state.root)
  if (root.constructing) return
  if (root.readOnly !== undefined) throw new IncorrectUsageError(`${describeEntity(root.entity)} cannot be changed: ${root.readOnly}`)
  if (root.checking) throw new IncorrectUsageError(`An invariant of ${root.definition.name} tried to change it. Invariants only look.`)
  const change = root.change as OpenChange
  if (!change.preChecked) {
    change.preChecked = true
    assertInvariants(root, 'pre')
  }
  change.undo.push(undo)
}

/** Puts a value into an entity's slot, as part of an atomic change. The value has passed its field's rules. */
export function assignSlot(entity: Tracked, slot: string, value: unknown): void {
  const slots = entity as unknown as Slots
  const state = stateOf(entity)
  const root = stateOf(state.root)
  if (slots[slot] === value) return
  if (root.constructing) {
    slots[slot] = value
    return
  }
  if (root.change === undefined) {
    atomically(entity, assignInside, [slot, value])
    return
  }
  assignInside.call(entity, slot, value)
}

function assignInside(this: Tracked, slot: string, value: unknown): void {
  const slots = this as unknown as Slots
  const state = stateOf(this)
  const before = slots[slot]
  const wasDirty = state.dirty
  recordChange(this, () => {
    slots[slot] = before
    state.dirty = wasDirty
  })
  slots[slot] = value
  state.dirty = true
}

/** Throws one `ValidationError` with every invariant of the aggregate that does not hold. */
export function assertInvariants(root: EntityState, stage: Stage): void {
  const issues: Issue[] = []
  root.checking = true
  try {
    checkInvariants(root.entity, stage, '', issues)
  } finally {
    root.checking = false
  }
  if (issues.length > 0) throw root.definition.invalid(issues)
}

function takeBack(change: OpenChange, mark: number): void {
  while (change.undo.length > mark) change.undo.pop()?.()
}

function isPromise(value: unknown): value is PromiseLike<unknown> {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function'
}

function refusePromise(entity: Tracked, promise: PromiseLike<unknown>): never {
  // What the method awaits is going to fail against an aggregate that was put back: that is not a second error.
  promise.then(undefined, () => undefined)
  throw new IncorrectUsageError(
    `A behaviour method of ${stateOf(entity).definition.name} returned a promise. Behaviour is synchronous, so that it can be undone: await in the handler and hand the results in.`,
  )
}
