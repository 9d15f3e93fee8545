/**
 * Atomic changes. The outermost behaviour method, assignment or child operation on an aggregate opens a change; whatever happens inside is
 * recorded with how to take it back. Steps: pre-invariants before the first change, field rules at each assignment, post-invariants of the
 * whole aggregate once at the end. Anything thrown takes back what the call had done: values, children and raised events are then exactly what
 * they were. A nested call that throws takes back its own part only, so that the caller may go on.
 */
import type { Issue } from '../errors.ts'
import { IncorrectUsageError } from '../errors.ts'
import { abandon, isPromise } from '../util/promises.ts'
import type { Stage } from './definition.ts'
import type { EntityState, OpenChange, Phase, Slots, Tracked, UndoStep } from './entity-state.ts'
import { describeEntity, stateOf } from './entity-state.ts'
import { checkInvariants } from './invariants.ts'
import { UndoAssignment, UndoByFunction } from './undo.ts'

/** Runs `body` as one atomic change of the entity's whole aggregate. */
export function atomically<Args extends readonly unknown[], Result>(
  entity: Tracked,
  body: (this: Tracked, ...args: Args) => Result,
  args: Args,
): Result {
  const root = stateOf(stateOf(entity).root)
  const outer = root.change
  if (outer === undefined && root.constructing) return body.apply(entity, args as never)
  const change = outer ?? open(root, 'idle')
  const mark = change.lastStep
  try {
    const result = body.apply(entity, args as never)
    if (isPromise(result)) refusePromise(entity, result)
    if (outer === undefined && change.lastStep !== undefined) assertAllHold(root, change)
    return result
  } catch (error) {
    takeBack(change, mark)
    throw error
  } finally {
    if (outer === undefined) close(root, change)
  }
}

/** Runs `body` as one atomic change of several aggregates together: all of them hold at the end, or none has changed. */
export function atomicallyOver<Result>(entities: readonly Tracked[], body: () => Result): Result {
  const roots = entities.map((entity) => stateOf(stateOf(entity).root))
  const lead = roots.find((root) => root.change !== undefined) ?? roots[0]
  if (lead === undefined) return body()
  const joint = () => {
    for (const root of roots) if (root.change === undefined && lead.change !== undefined) join(root, lead.change, 'idle')
    return body()
  }
  return atomically(lead.entity, joint, [])
}

/**
 * Makes what is now done to the aggregate of `owner` part of the change that `child` is in the middle of: it was removed elsewhere a moment ago,
 * or runs a method of its own. Otherwise taking that change back would leave it in two places.
 */
export function joinChangeOf(child: Tracked, owner: Tracked): void {
  const { change } = stateOf(child)
  const root = stateOf(stateOf(owner).root)
  if (change === undefined || root.change === change) return
  if (root.change !== undefined) {
    throw new IncorrectUsageError(
      `${describeEntity(child)} cannot be added to ${describeEntity(owner)} while each of them is in a change of its own. Use a domain service, which makes one change of both.`,
    )
  }
  join(root, change, root.constructing ? 'checked' : 'idle')
}

/** Changes to an entity that leaves its aggregate still belong to the aggregate's open change, until that ends. */
export function stayInChange(gone: Tracked, root: Tracked): void {
  const state = stateOf(gone)
  const { change } = stateOf(root)
  if (change !== undefined && state.change !== change) join(state, change, 'checked')
}

/** Runs the last steps of a construction. A throw takes back what they did to the objects that were handed in. */
export function completeAtomically(root: EntityState, children: Iterable<Tracked>, body: () => void): void {
  for (const child of children) joinChangeOf(child, root.entity)
  const outer = root.change
  const change = outer ?? open(root, 'checked')
  const mark = change.lastStep
  try {
    body()
    assertInvariants(root, 'post')
  } catch (error) {
    takeBack(change, mark)
    root.phase = 'idle'
    throw error
  } finally {
    if (outer === undefined) close(root, change)
  }
}

/** Changes an aggregate on the framework's behalf, just before it is saved. Returns how to take that back should the save fail. */
export function changeRevocably(entity: Tracked, body: () => void): () => void {
  const root = stateOf(stateOf(entity).root)
  const change = open(root, 'checked')
  try {
    body()
    if (change.lastStep !== undefined) assertInvariants(root, 'post')
  } catch (error) {
    takeBack(change, undefined)
    throw error
  } finally {
    close(root, change)
  }
  return () => takeBack(change, undefined)
}

/** Records a change about to be made to an entity, and runs the pre-invariants before the first one. Call it inside `atomically`. */
export function recordChange(entity: Tracked, undo: () => void): void {
  const root = stateOf(stateOf(entity).root)
  prepareChange(root)
  // While it comes back from storage there is nothing to go back to.
  if (root.change !== undefined) root.change.lastStep = new UndoByFunction(root.change.lastStep, undo)
}

function prepareChange(root: EntityState): void {
  if (root.readOnly !== undefined)
    throw new IncorrectUsageError(`${describeEntity(root.entity)} cannot be changed: ${root.readOnly}`, { code: 'READ_ONLY' })
  if (root.checking) refuseWhileChecking(root)
  if (root.change === undefined) return
  if (root.sourcing !== undefined && !root.sourcing.applying) refuseWithoutEvent(root)
  if (root.phase === 'idle' && !isUnborn(root)) assertInvariants(root, 'pre')
  root.phase = 'changed'
}

/** Puts a value into an entity's slot, as part of an atomic change. The value has passed its field's rules. */
export function assignSlot(entity: Tracked, slot: string, value: unknown): void {
  const slots = entity as unknown as Slots
  const before = slots[slot]
  if (before !== value && admitAssignment(entity, slot, before, value)) slots[slot] = value
}

/**
 * Makes an assignment to a slot part of the atomic change that is open. True when the caller is to make it now, as compiled code can do best;
 * false when no change was open and it has been made as one of its own.
 */
export function admitAssignment(entity: Tracked, slot: string, before: unknown, value: unknown): boolean {
  const state = stateOf(entity)
  const root = state.root === entity ? state : stateOf(state.root)
  const { change } = root
  if (change !== undefined) {
    prepareChange(root)
    change.lastStep = new UndoAssignment(change.lastStep, state, slot, before)
    state.dirty = true
    return true
  }
  if (!root.constructing) {
    atomically(entity, assignInside, [slot, value])
    return false
  }
  if (root.checking) refuseWhileChecking(root)
  return true
}

function assignInside(this: Tracked, slot: string, value: unknown): void {
  assignSlot(this, slot, value)
}

/** Throws one `ValidationError` with every invariant of the aggregate that does not hold. */
export function assertInvariants(root: EntityState, stage: Stage): void {
  if (!root.definition.hasInvariants(stage)) return
  const issues: Issue[] = []
  root.checking = true
  try {
    checkInvariants(root.entity, stage, '', issues)
  } finally {
    root.checking = false
  }
  if (issues.length > 0) throw root.definition.invalid(issues)
}

function assertAllHold(opener: EntityState, change: OpenChange): void {
  if (change.joined === undefined) {
    if (opener.sourcing === undefined) assertInvariants(opener, 'post')
    return
  }
  for (const state of [opener, ...change.joined]) {
    // What is event-sourced was checked with every event, and changes by nothing else.
    if (state.phase === 'changed' && state.root === state.entity && state.sourcing === undefined) assertInvariants(state, 'post')
  }
}

/** Before the first event of an event-sourced aggregate there is nothing that rules could hold for. */
function isUnborn({ sourcing, version, events }: EntityState): boolean {
  return sourcing !== undefined && version === -1 && events.length === 0
}

function refuseWithoutEvent(root: EntityState): never {
  throw new IncorrectUsageError(
    `${describeEntity(root.entity)} was changed without an event. It is event-sourced, and what is not in an event is lost: raise one, and make the change in this.applies(Event, …).`,
    { code: 'CHANGE_WITHOUT_EVENT' },
  )
}

function open(root: EntityState, phase: Phase): OpenChange {
  if (!root.constructing) root.definition.refuseShadowedFields(root.entity)
  const change: OpenChange = { lastStep: undefined, joined: undefined }
  root.change = change
  root.phase = phase
  return change
}

function join(root: EntityState, change: OpenChange, phase: Phase): void {
  if (!root.constructing) root.definition.refuseShadowedFields(root.entity)
  root.change = change
  root.phase = phase
  change.joined ??= []
  change.joined.push(root)
}

function close(opener: EntityState, change: OpenChange): void {
  opener.change = undefined
  opener.phase = 'idle'
  if (change.joined === undefined) return
  for (const root of change.joined) {
    root.change = undefined
    root.phase = 'idle'
  }
}

/** Takes back what was done since a step, newest first. */
function takeBack(change: OpenChange, since: UndoStep | undefined): void {
  while (change.lastStep !== since && change.lastStep !== undefined) {
    const step = change.lastStep
    change.lastStep = step.previous
    step.takeBack()
  }
}

function refuseWhileChecking(root: EntityState): never {
  throw new IncorrectUsageError(`An invariant of ${root.definition.name} tried to change it. Invariants only look.`)
}

/** Whether a function is known to be asynchronous without calling it. */
export function isAsync(body: Function): boolean {
  return body.constructor.name.startsWith('Async')
}

/** What an async function does after its first `await` could not be undone, so it is not even called. */
export function refuseAsync(what: string): never {
  throw new IncorrectUsageError(
    `${what} is async. Behaviour is synchronous, so that it can be undone: await in the handler and hand the results in.`,
  )
}

function refusePromise(entity: Tracked, promise: PromiseLike<unknown>): never {
  abandon(promise)
  throw new IncorrectUsageError(
    `A behaviour method of ${stateOf(entity).definition.name} returned a promise. Behaviour is synchronous, so that it can be undone: await in the handler and hand the results in.`,
  )
}
