import type { JsonObject } from '../util/json.ts'
import type { MessageKind, Metadata } from './metadata.ts'

/** Where a store put a message. */
export interface StoredPosition {
  /** 0-based and gapless within the stream. */
  readonly position: number
  /** Opaque: compare for equality only, and hand it back to the store that gave it. */
  readonly cursor: string
}

/** A command or an event on its way: plain payload plus metadata. Immutable. */
export class Message {
  readonly data: JsonObject
  readonly metadata: Metadata
  /** Absent until a store has it. */
  readonly stored: StoredPosition | undefined

  /** Whether data and metadata are frozen through and through, dates included: such a message can be kept without copying it. */
  readonly isFrozen: boolean

  constructor(data: JsonObject, metadata: Metadata, stored?: StoredPosition, isFrozen = false) {
    this.data = data
    this.metadata = metadata
    this.stored = stored
    this.isFrozen = isFrozen
  }

  get id(): string {
    return this.metadata.headers.id
  }
  get type(): string {
    return this.metadata.headers.type
  }
  get stream(): string {
    return this.metadata.headers.stream
  }
  get category(): string {
    return this.metadata.domain.streamCategory
  }
  get kind(): MessageKind {
    return this.metadata.domain.kind
  }
  get time(): Date {
    return this.metadata.headers.time
  }
  get correlationId(): string | undefined {
    return this.metadata.domain.correlationId
  }
  get causationId(): string | undefined {
    return this.metadata.domain.causationId
  }
}
