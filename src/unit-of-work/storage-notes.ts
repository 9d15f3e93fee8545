import type { Message } from '../messaging/message.ts'
import { childrenOf } from '../model/association.ts'
import type { EntityState, Tracked } from '../model/entity-state.ts'
import { stateOf } from '../model/entity-state.ts'
import type { Sourcing } from '../model/sourcing.ts'

/** What is to be noted on an object once it is written: that it is stored, in which version if it has one; that its events are; that it is gone; its place as a child. */
export type StorageNote =
  | { readonly what: 'saved'; readonly root: Tracked; readonly version: number | undefined }
  | { readonly what: 'appended'; readonly root: Tracked; readonly messages: readonly Message[] }
  | { readonly what: 'removed'; readonly root: Tracked }
  | { readonly what: 'placed'; readonly state: EntityState; readonly order: number }

/** Notes on objects what the database has of them. Returns how to forget that. */
export function noteAll(notes: readonly StorageNote[]): () => void {
  const before: StorageFacts[] = []
  for (const note of notes) {
    if (note.what === 'saved') noteSaved(note.root, note.version, before)
    else if (note.what === 'appended') noteAppended(note.root, note.messages, before)
    else if (note.what === 'removed') noteRemoved(note.root, before)
    else notePlaced(note.state, note.order, before)
  }
  return () => {
    for (const facts of before.reverse()) facts.restore()
  }
}

const NO_EVENTS: object[] = []

/** What an entity's state said of its storage at one moment. */
class StorageFacts {
  readonly state: EntityState
  readonly stored: boolean
  readonly dirty: boolean
  readonly storedChildren: Map<string, readonly Tracked[]> | undefined
  readonly version: number
  readonly order: number | undefined
  readonly events: object[]
  readonly sourcing: Partial<Sourcing> | undefined

  constructor(state: EntityState) {
    this.state = state
    this.stored = state.stored
    this.dirty = state.dirty
    this.storedChildren = state.storedChildren
    this.version = state.version
    this.order = state.order
    this.events = state.events
    this.sourcing = state.sourcing && { lastEventId: state.sourcing.lastEventId, latestTime: state.sourcing.latestTime }
  }

  /** What was changed and raised since is not in the database either. */
  restore(): void {
    const { state, events } = this
    state.stored = this.stored
    state.dirty ||= this.dirty
    state.storedChildren = this.storedChildren
    state.version = this.version
    state.order = this.order
    if (state.sourcing !== undefined) Object.assign(state.sourcing, this.sourcing)
    if (events.length > 0) state.events = [...events, ...state.events]
  }
}

function noteSaved(root: Tracked, version: number | undefined, before: StorageFacts[]): void {
  const state = stateOf(root)
  noteStored(root, before)
  if (version !== undefined) state.version = version
  state.events = NO_EVENTS
}

function noteAppended(root: Tracked, messages: readonly Message[], before: StorageFacts[]): void {
  const state = stateOf(root)
  const sourcing = state.sourcing as Sourcing
  before.push(new StorageFacts(state))
  state.stored = true
  state.version += messages.length
  state.events = NO_EVENTS
  sourcing.lastEventId = messages.at(-1)?.id
  for (const { time } of messages) sourcing.latestTime = Math.max(sourcing.latestTime, time.getTime())
}

function noteStored(entity: Tracked, before: StorageFacts[]): void {
  const state = stateOf(entity)
  before.push(new StorageFacts(state))
  state.stored = true
  state.dirty = false
  const children = childrenOf(entity)
  if (children.length === 0) return
  state.storedChildren = new Map(children.map(([field, , entities]) => [field, entities]))
  for (const [, , entities] of children) for (const child of entities) noteStored(child, before)
}

function noteRemoved(root: Tracked, before: StorageFacts[]): void {
  const state = stateOf(root)
  before.push(new StorageFacts(state))
  state.stored = false
  state.storedChildren = undefined
  state.events = NO_EVENTS
}

function notePlaced(state: EntityState, order: number, before: StorageFacts[]): void {
  before.push(new StorageFacts(state))
  state.order = order
}
