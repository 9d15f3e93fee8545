import type { Message } from '../messaging/message.ts'
import { childrenOf } from '../model/association.ts'
import type { Tracked } from '../model/entity-state.ts'
import { describeEntity, identityOf, stateOf } from '../model/entity-state.ts'
import type { ChangeSet, RowDelete, RowInserts, RowUpdate, StreamAppend } from '../ports/change-set.ts'
import type { Row, TableSchema } from '../ports/table.ts'
import type { OutgoingMessages } from './outgoing-messages.ts'
import type { RowPlace } from './row-codec.ts'
import { rowOf } from './row-codec.ts'
import type { StorageNote } from './storage-notes.ts'
import { noteAll } from './storage-notes.ts'
import type { TableMapping } from './table-mapping.ts'

/** Gathers what must be written for a set of objects, and how to note on them that it was written. */
export class ChangeCollector {
  // Of every unit of work there is one of these, and most of them change a row or two: maps are made when there is something in them.
  #inserts: Map<TableSchema, RowInserts & { readonly rows: Row[] }> | undefined
  #appends: Map<string, StreamAppend & { readonly messages: Message[] }> | undefined
  readonly #updates: RowUpdate[] = []
  readonly #deletes: RowDelete[] = []
  readonly #notes: StorageNote[] = []
  readonly #outgoing: OutgoingMessages | undefined

  /** `outgoing` takes the messages, where they are not stored with the rows. */
  constructor(outgoing?: OutgoingMessages) {
    this.#outgoing = outgoing
  }

  get changeSet(): ChangeSet {
    const inserts = this.#inserts === undefined ? [] : [...this.#inserts.values()]
    const appends = this.#appends === undefined ? [] : [...this.#appends.values()]
    return { deletes: this.#deletes, updates: this.#updates, inserts, appends }
  }

  get isEmpty(): boolean {
    return this.#inserts === undefined && this.#appends === undefined && this.#updates.length === 0 && this.#deletes.length === 0
  }

  /** Notes on every object that the database has it as it is. Returns how to forget that, should the transaction be rolled back after all. */
  written(): () => void {
    return noteAll(this.#notes)
  }

  append(message: Message): void {
    if (this.#outgoing !== undefined) {
      this.#outgoing.add(message)
      return
    }
    const { stream, category } = message
    this.#appends ??= new Map()
    const append = this.#appends.get(stream)
    if (append === undefined) this.#appends.set(stream, { stream, category, messages: [message] })
    else append.messages.push(message)
  }

  /** A row of the framework's own. */
  insert(table: TableSchema, row: Row): void {
    this.#inserts ??= new Map()
    const insert = this.#inserts.get(table)
    if (insert === undefined) this.#inserts.set(table, { table, rows: [row] })
    else insert.rows.push(row)
  }

  /** A row of the framework's own that is there already. */
  update(update: RowUpdate): void {
    this.#updates.push(update)
  }

  /** A row of the framework's own that goes. */
  delete(row: RowDelete): void {
    this.#deletes.push(row)
  }

  /** An aggregate or projection of which `needsWriting` is true. */
  save(mapping: TableMapping, root: Tracked): void {
    const state = stateOf(root)
    this.#outgoing?.addRowsOf(describeEntity(root))
    state.definition.refuseShadowedFields(root)
    const version = state.version + 1
    const isVersioned = mapping.table.versionColumn !== undefined
    if (state.stored) {
      const expectedVersion = isVersioned ? state.version : undefined
      this.#updates.push({ table: mapping.table, id: identityOf(root) as string, expectedVersion, row: rowOf(mapping, root, version) })
    } else this.insert(mapping.table, rowOf(mapping, root, version))
    this.#children(mapping, root, state.stored)
    this.#notes.push({ what: 'saved', root, version: isVersioned ? version : undefined })
  }

  /** An aggregate whose state comes from its events: these are appended, if nobody else has appended to the stream since it was read. */
  saveEvents(root: Tracked, messages: readonly Message[]): void {
    const state = stateOf(root)
    const last = messages.at(-1)
    if (last === undefined) return
    state.definition.refuseShadowedFields(root)
    const { stream, category } = last
    const append = { stream, category, expectedVersion: state.version, messages: [...messages] }
    if (this.#outgoing === undefined) {
      this.#appends ??= new Map()
      this.#appends.set(stream, append)
    } else this.#outgoing.addEvents(root, append)
    this.#notes.push({ what: 'appended', root, messages })
  }

  remove(mapping: TableMapping, root: Tracked): void {
    const state = stateOf(root)
    if (!state.stored) return
    this.#outgoing?.addRowsOf(describeEntity(root))
    const expectedVersion = mapping.table.versionColumn === undefined ? undefined : state.version
    this.#deletes.push({ table: mapping.table, id: identityOf(root) as string, expectedVersion })
    this.#notes.push({ what: 'removed', root })
  }

  #children(mapping: TableMapping, owner: Tracked, isStored: boolean): void {
    if (mapping.children.length === 0) return
    const parentId = identityOf(owner) as string
    const stored = isStored ? stateOf(owner).storedChildren : undefined
    const byField = new Map(childrenOf(owner).map(([field, , children]) => [field, children]))
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
    this.#notes.push({ what: 'placed', state, order })
    this.#children(mapping, entity, isStored)
    return order
  }
}

/** Whether saving a root would write anything. */
export function needsWriting(root: Tracked): boolean {
  const state = stateOf(root)
  if (state.sourcing !== undefined) return state.events.length > 0
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
