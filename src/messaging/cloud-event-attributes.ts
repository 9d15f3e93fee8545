import type { Issue } from '../errors.ts'
import type { JsonObject, JsonValue } from '../util/json.ts'
import { parseInstant } from './instant.ts'
import type { MessageKind } from './metadata.ts'

/**
 * The attributes of a CloudEvent, read one by one. What is wrong with them is noted in `issues`, so that all of it can be reported at once; the value
 * given in its place is not to be used then. Null is the same as absent, as in the specification's JSON form, and so is an empty text.
 */
export class CloudEventAttributes {
  readonly #attributes: JsonObject
  readonly #issues: Issue[]

  constructor(attributes: JsonObject, issues: Issue[]) {
    this.#attributes = attributes
    this.#issues = issues
  }

  text(name: string): string | undefined {
    const value = this.#value(name)
    if (value === undefined || typeof value === 'string') return value === '' ? undefined : value
    return this.#note(name, 'INVALID', 'must be a text')
  }

  required(name: string): string {
    const value = this.#value(name)
    if (typeof value === 'string' && value !== '') return value
    this.#note(name, 'REQUIRED', 'is required and must be a text that is not empty')
    return ''
  }

  specversion(): void {
    const version = this.required('specversion')
    if (version !== '' && version !== '1.0') this.#note('specversion', 'UNSUPPORTED', `must be "1.0", but is "${version}"`)
  }

  time(): Date | undefined {
    const text = this.text('time')
    if (text === undefined) return undefined
    return parseInstant(text) ?? this.#note('time', 'INVALID', 'must be an instant of RFC 3339')
  }

  kind(): MessageKind {
    const kind = this.text('proteankind') ?? 'EVENT'
    if (kind === 'EVENT' || kind === 'COMMAND') return kind
    this.#note('proteankind', 'INVALID', 'must be EVENT or COMMAND')
    return 'EVENT'
  }

  sequence(): string | undefined {
    const value = this.#value('sequence')
    return Number.isSafeInteger(value) ? String(value) : this.text('sequence')
  }

  data(): JsonObject {
    if (this.#value('data_base64') !== undefined)
      this.#note('data_base64', 'UNSUPPORTED', 'is binary data, which a message cannot hold; send JSON as data')
    const data = this.#value('data') ?? {}
    if (isObject(data)) return data
    this.#note('data', 'INVALID', 'must be a JSON object')
    return {}
  }

  #value(name: string): JsonValue | undefined {
    return Object.hasOwn(this.#attributes, name) ? (this.#attributes[name] ?? undefined) : undefined
  }

  #note(path: string, code: string, message: string): undefined {
    this.#issues.push({ path, code, message })
    return undefined
  }
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
