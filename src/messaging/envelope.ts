import type { JsonObject } from '../util/json.ts'
import { checksumOf } from './checksum.ts'
import type { MessageEnvelope } from './metadata.ts'

/**
 * The envelope of a new message. Its checksum is computed when it is first read and then kept, so that a message which never leaves the process
 * does not pay for one. Listing, spreading, comparing, cloning or serialising the envelope reads it; freezing does not.
 * `data` must not change afterwards. Reading fails with `IncorrectUsageError` (`NOT_JSON`) when `data` is not JSON.
 */
export function createEnvelope(data: JsonObject): MessageEnvelope {
  return new SealedOnReading(data)
}

// JSON, spread and equality see only what is enumerable and the object's own, which a class's accessor is not. One descriptor for all
// envelopes, because an accessor of its own for each costs several times as much.
const CHECKSUM: PropertyDescriptor & ThisType<SealedOnReading> = {
  enumerable: true,
  get() {
    return this.computed()
  },
}

class SealedOnReading implements MessageEnvelope {
  readonly specversion = '1.0'
  declare readonly checksum: string
  readonly #data: JsonObject
  #checksum: string | undefined

  constructor(data: JsonObject) {
    this.#data = data
    Object.defineProperty(this, 'checksum', CHECKSUM)
  }

  computed(): string {
    this.#checksum ??= checksumOf(this.#data)
    return this.#checksum
  }
}
