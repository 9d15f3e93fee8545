import { DeserializationError } from '../errors.ts'
import type { JsonObject } from '../util/json.ts'
import { parseInstant } from './instant.ts'

type Values = Readonly<Record<string, unknown>>

/**
 * One object of a stored message, read key by key. A key that is missing or of the wrong type fails with `DeserializationError`
 * (`MESSAGE_MALFORMED`) that names its path. Null is the same as missing. Keys that nobody asks for are ignored.
 */
export class RecordSection {
  readonly #messageId: string
  readonly #path: string
  readonly #values: Values

  constructor(messageId: string, path: string, value: unknown) {
    this.#messageId = messageId
    this.#path = path
    if (!isObject(value)) throw malformed(messageId, path, 'an object', value)
    this.#values = value
  }

  section(key: string): RecordSection {
    return new RecordSection(this.#messageId, this.#pathOf(key), this.#values[key])
  }

  optionalSection(key: string): RecordSection | undefined {
    return this.#isAbsent(key) ? undefined : this.section(key)
  }

  object(key: string): JsonObject {
    const value = this.#values[key]
    return isObject(value) ? (value as JsonObject) : this.#fail(key, 'an object')
  }

  optionalObject(key: string): JsonObject | undefined {
    return this.#isAbsent(key) ? undefined : this.object(key)
  }

  string(key: string): string {
    const value = this.#values[key]
    return typeof value === 'string' ? value : this.#fail(key, 'a string')
  }

  optionalString(key: string): string | undefined {
    return this.#isAbsent(key) ? undefined : this.string(key)
  }

  integer(key: string): number {
    const value = this.#values[key]
    return Number.isSafeInteger(value) ? (value as number) : this.#fail(key, 'a whole number')
  }

  optionalInteger(key: string): number | undefined {
    return this.#isAbsent(key) ? undefined : this.integer(key)
  }

  boolean(key: string): boolean {
    const value = this.#values[key]
    return typeof value === 'boolean' ? value : this.#fail(key, 'true or false')
  }

  optionalBoolean(key: string): boolean | undefined {
    return this.#isAbsent(key) ? undefined : this.boolean(key)
  }

  instant(key: string): Date {
    const value = this.#values[key]
    return (typeof value === 'string' ? parseInstant(value) : undefined) ?? this.#fail(key, 'an ISO 8601 instant with an offset')
  }

  optionalInstant(key: string): Date | undefined {
    return this.#isAbsent(key) ? undefined : this.instant(key)
  }

  oneOf<Choice extends string>(key: string, choices: readonly Choice[]): Choice {
    const value = this.#values[key]
    return choices.find((choice) => choice === value) ?? this.#fail(key, choices.map((choice) => `"${choice}"`).join(' or '))
  }

  #isAbsent(key: string): boolean {
    return this.#values[key] === undefined || this.#values[key] === null
  }

  #pathOf(key: string): string {
    return this.#path === '' ? key : `${this.#path}.${key}`
  }

  #fail(key: string, wanted: string): never {
    throw malformed(this.#messageId, this.#pathOf(key), wanted, this.#values[key])
  }
}

function isObject(value: unknown): value is Values {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function malformed(messageId: string, path: string, wanted: string, value: unknown): DeserializationError {
  const found = value === undefined ? 'missing' : value === null ? 'null' : Array.isArray(value) ? 'an array' : describe(value)
  return new DeserializationError(messageId, `${path === '' ? 'the record' : path} must be ${wanted}, but is ${found}.`, {
    code: 'MESSAGE_MALFORMED',
  })
}

function describe(value: unknown): string {
  return typeof value === 'object' ? 'an object' : typeof value === 'string' ? JSON.stringify(value.slice(0, 80)) : String(value)
}
