import type { EntityState, Slots, UndoStep } from './entity-state.ts'

/** Takes a change back by calling a function. */
export class UndoByFunction implements UndoStep {
  readonly previous: UndoStep | undefined
  readonly takeBack: () => void

  constructor(previous: UndoStep | undefined, takeBack: () => void) {
    this.previous = previous
    this.takeBack = takeBack
  }
}

/** Puts the value back that a slot had. The usual case, which is why it is no function: those cost more to make. */
export class UndoAssignment implements UndoStep {
  readonly previous: UndoStep | undefined
  readonly #state: EntityState
  readonly #slot: string
  readonly #before: unknown
  readonly #wasDirty: boolean

  constructor(previous: UndoStep | undefined, state: EntityState, slot: string, before: unknown) {
    this.previous = previous
    this.#state = state
    this.#slot = slot
    this.#before = before
    this.#wasDirty = state.dirty
  }

  takeBack(): void {
    ;(this.#state.entity as unknown as Slots)[this.#slot] = this.#before
    this.#state.dirty = this.#wasDirty
  }
}
