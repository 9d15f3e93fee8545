import type { ElementDefinition } from './definition.ts'
import { Sourcing } from './sourcing.ts'

/** How to take back one change. Each leads to the one made before it. */
export interface UndoStep {
  readonly previous: UndoStep | undefined
  takeBack(): void
}

/** Changes that are not decided yet. Usually those of one aggregate; those of several when they stand or fall together. */
export interface OpenChange {
  /** Takes back the newest of them. */
  lastStep: UndoStep | undefined
  /** The roots that joined it, beside the one that it was opened on. */
  joined: EntityState[] | undefined
}

/** How far a root is in its open change: nothing done yet, pre-invariants hold, changed. */
export type Phase = 'idle' | 'checked' | 'changed'

/** What the framework knows of one entity beside its values. Reached with `stateOf` only; never visible to user code. */
export class EntityState {
  readonly definition: ElementDefinition
  readonly entity: Tracked
  /** The entity that contains this one; undefined for an aggregate and for a child not added yet. */
  owner: Tracked | undefined = undefined
  root: Tracked
  constructing = true
  /** Whether the database has it. */
  stored = false
  /** Whether own values differ from what the database has. */
  dirty = false
  /** Place among its siblings as stored; gaps are allowed. */
  order: number | undefined = undefined
  /** The children that the database has, by field. */
  storedChildren: Map<string, readonly Tracked[]> | undefined = undefined

  // The rest is used on roots only.
  version = -1
  events: object[] = NO_EVENTS
  change: OpenChange | undefined = undefined
  phase: Phase = 'idle'
  /** While invariants are being checked, nothing may change. */
  checking = false
  /** Why this aggregate may not be changed, when it may not. */
  readOnly: string | undefined = undefined
  /** Present when the state comes from the events. */
  readonly sourcing: Sourcing | undefined

  constructor(entity: Tracked, definition: ElementDefinition) {
    this.entity = entity
    this.root = entity
    this.definition = definition
    this.sourcing = definition.isEventSourced ? new Sourcing() : undefined
  }
}

const NO_EVENTS: object[] = []

/** Base of everything whose changes are tracked: aggregates, their entities, projections. */
export abstract class Tracked {
  readonly #state: EntityState

  constructor(definition: ElementDefinition) {
    this.#state = new EntityState(this, definition)
  }

  static state(entity: Tracked): EntityState {
    return entity.#state
  }

  static is(value: unknown): value is Tracked {
    return typeof value === 'object' && value !== null && #state in value
  }
}

export const stateOf = Tracked.state

/** An entity's values by slot. A field's slot is its name with `$` before it. */
export type Slots = Record<string, unknown>

export function slotOf(field: string): string {
  let slot = SLOTS.get(field)
  if (slot === undefined) {
    slot = `$${field}`
    SLOTS.set(field, slot)
  }
  return slot
}

// A text that is put together anew has to be looked up among all property names before it can be used as one.
const SLOTS = new Map<string, string>()

export function identityOf(entity: Tracked): string | undefined {
  const { identifier } = stateOf(entity).definition
  return identifier === undefined ? undefined : ((entity as unknown as Slots)[slotOf(identifier)] as string | undefined)
}

/** `Order 0190…`, for messages. */
export function describeEntity(entity: Tracked): string {
  const id = identityOf(entity)
  return id === undefined ? stateOf(entity).definition.name : `${stateOf(entity).definition.name} ${id}`
}
