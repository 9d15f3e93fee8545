import type { Message } from '../messaging/message.ts'
import { childrenOf } from '../model/association.ts'
import type { Tracked } from '../model/entity-state.ts'
import { identityOf, stateOf } from '../model/entity-state.ts'
import type { ChangeSet, RowDelete, RowInserts, RowUpdate, StreamAppend } from '../ports/change-set.ts'
import type { Row, TableSchema } from '../ports/table.ts'
import type { RowPlace } from './row-codec.ts'
import { rowOf } from './row-codec.ts'
import type { TableMapping } from './table-mapping.ts'

type Undo = () => void

/** Gathers what must be written for a set of objects, and how to note on them that it was written. */
export class ChangeCollector {
  readonly #inserts = new Map<TableSchema, Row[]>()
  readonly #updates: RowUpdate[] = []
  readonly #deletes: RowDelete[] = []
  readonly #appends = new Map<string, { category: string; messages: Message[] }>()
  readonly #onWritten: (() => Undo)[] = []

  get changeSet(): ChangeSet {
    const appends: StreamAppend[] = [...this.#appends].map(([stream, { category, messages }]) => ({ stream, category, messages }))
    const inserts: RowInserts[] = [...this.#inserts].map(([table, rows]) => ({ table, rows }))
    return { deletes: this.#deletes, updates: this.#updates, inserts, appends }
  }

  get isEmpty(): boolean {
    return this.#inserts.size === 0 && this.#updates.length === 0 && this.#deletes.length === 0 && this.#appends.size === 0
  }

  /** Notes on every object that the database has it as it is. Returns how to forget that, should the transaction be rolled back after all. */
  written(): Undo {
    const undo = this.#onWritten.map((note) => note())
    return () => {
      for (const forget of undo.reverse()) forget()
    }
  }

  append(message: Message): void {
    const stream = this.#appends.get(message.stream)
    if (stream === undefined) this.#appends.set(message.stream, { category: message.category, messages: [message] })
    else stream.messages.push(message)
  }

  /** A row of the framework's own. */
  insert(table: TableSchema, row: Row): void {
    const rows = this.#inserts.get(table)
    if (rows === undefined) this.#inserts.set(table, [row])
    else rows.push(row)
  }

  /** An aggregate or projection that was added: written when it or anything inside it has changed, or when it has raised events. */
  save(mapping: TableMapping, root: Tracked): void {
    const state = stateOf(root)
    if (!needsWriting(root)) return
    state.definition.refuseShadowedFields(root)
    const version = state.version + 1
    const isVersioned = mapping.table.versionColumn !== undefined
    if (state.stored) {
      const expectedVersion = isVersioned ? state.version : undefined
      this.#updates.push({ table: mapping.table, id: identityOf(root) as string, expectedVersion, row: rowOf(mapping, root, version) })
    } else this.insert(mapping.table, rowOf(mapping, root, version))
    this.#children(mapping, root, state.stored)
    this.#onWritten.push(() => {
      const before = { version: state.version, events: state.events }
      if (isVersioned) state.version = version
      state.events = []
      const undo = noteStored(root)
      return () => {
        undo()
        Object.assign(state, before, { events: [...before.events, ...state.events] })
      }
    })
  }

  remove(mapping: TableMapping, root: Tracked): void {
    const state = stateOf(root)
    if (!state.stored) return
    const expectedVersion = mapping.table.versionColumn === undefined ? undefined : state.version
    this.#deletes.push({ table: mapping.table, id: identityOf(root) as string, expectedVersion })
    this.#onWritten.push(() => {
      const before = { stored: state.stored, storedChildren: state.storedChildren, events: state.events }
      Object.assign(state, { stored: false, storedChildren: undefined, events: [] })
      return () => Object.assign(state, before)
    })
  }

  #children(mapping: TableMapping, owner: Tracked, isStored: boolean): void {
    const parentId = identityOf(owner) as string
    const stored = isStored ? stateOf(owner).storedChildren : undefined
    const byField = new Map([...childrenOf(owner)].map(([field, , children]) => [field, children]))
    for (const child of mapping.children) {
      const before = stored?.get(child.field) ?? []
      const now = byField.get(child.field) ?? []
      const present = new Set(now)
      for (const gone of before) if (!present.has(gone)) this.#deletes.push({ table: child.mapping.table, id: identityOf(gone) as string })
      const known = new Set(before)
      let last = -1
      for (const entity of now) {
        last = this.#child(child.mapping, entity, { parentId, order: last + 1 }, known.has(entity))
      }
    }
  }

  /** Writes one child where needed and returns its place, which only has to come after its elder sibling's. */
  #child(mapping: TableMapping, entity: Tracked, place: RowPlace, isStored: boolean): number {
    const state = stateOf(entity)
    state.definition.refuseShadowedFields(entity)
    const keepsPlace = isStored && state.order !== undefined && state.order >= place.order
    const order = keepsPlace ? (state.order as number) : place.order
    if (!isStored) this.insert(mapping.table, rowOf(mapping, entity, undefined, { ...place, order }))
    else if (state.dirty || !keepsPlace) {
      this.#updates.push({
        table: mapping.table,
        id: identityOf(entity) as string,
        row: rowOf(mapping, entity, undefined, { ...place, order }),
      })
    }
    this.#onWritten.push(() => {
      const before = state.order
      state.order = order
      return () => {
        state.order = before
      }
    })
    this.#children(mapping, entity, isStored)
    return order
  }
}

/** Whether saving a root would write anything. */
export function needsWriting(root: Tracked): boolean {
  const state = stateOf(root)
  return !state.stored || state.events.length > 0 || hasChanged(root)
}

/** Whether an entity, or anything that it contains, differs from what the database has. */
function hasChanged(entity: Tracked): boolean {
  const state = stateOf(entity)
  if (state.dirty) return true
  for (const [field, , children] of childrenOf(entity)) {
    const before = state.storedChildren?.get(field) ?? NONE
    if (before.length !== children.length || children.some((child, index) => child !== before[index] || hasChanged(child))) return true
  }
  return false
}

const NONE: readonly Tracked[] = []

function noteStored(entity: Tracked): Undo {
  const state = stateOf(entity)
  const before = { stored: state.stored, dirty: state.dirty, storedChildren: state.storedChildren }
  state.stored = true
  state.dirty = false
  const undo: Undo[] = []
  if (state.definition.associations.length > 0) {
    const children = [...childrenOf(entity)]
    state.storedChildren = new Map(children.map(([field, , entities]) => [field, entities]))
    for (const [, , entities] of children) for (const child of entities) undo.push(noteStored(child))
  }
  return () => {
    for (const forget of undo) forget()
    // What was changed since is not in the database either.
    Object.assign(state, before, { dirty: before.dirty || state.dirty })
  }
}
