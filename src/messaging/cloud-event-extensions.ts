/**
 * How a message's extensions travel in a CloudEvent, where an attribute's name is lower-case letters and digits and its value a text, a boolean or
 * a 32-bit whole number. An extension that is one already becomes an attribute of its own, so that anybody can read it. All others (`tenantId`, objects,
 * names that the specification or Protean uses) go together, as JSON text, into the attribute `proteanextensions`. So every extension comes back as it was.
 */
import type { Issue } from '../errors.ts'
import { canonicalJson } from '../util/canonical-json.ts'
import type { JsonObject, JsonValue } from '../util/json.ts'
import { publicExtensions } from './external-record.ts'

const BUNDLE = 'proteanextensions'

/** Attributes that have a place of their own in a message. `proteansequencetype` follows from `sequence`. */
const OWN_ATTRIBUTES: ReadonlySet<string> = new Set([
  'specversion',
  'id',
  'source',
  'type',
  'time',
  'subject',
  'datacontenttype',
  'dataschema',
  'data',
  'data_base64',
  'traceparent',
  'sequence',
  'proteansequencetype',
  'proteancorrelationid',
  'proteancausationid',
  'proteankind',
  'proteanchecksum',
  BUNDLE,
])

/** Where a message keeps the attributes of a foreign event that have no place of their own in it. */
export const FOREIGN = {
  source: 'ce_source',
  subject: 'ce_subject',
  datacontenttype: 'ce_datacontenttype',
  dataschema: 'ce_dataschema',
} as const

const FOREIGN_KEYS: ReadonlySet<string> = new Set(Object.values(FOREIGN))
const ATTRIBUTE_NAME = /^[a-z0-9]+$/
const ILLEGAL_IN_TEXT = /\p{Cc}|\p{Cs}|\p{Noncharacter_Code_Point}/u

/** The attributes that stand for a message's extensions. Those that begin with `_` stay at home. */
export function extensionAttributes(extensions: JsonObject): JsonObject {
  const attributes: Record<string, JsonValue> = {}
  const bundled: Record<string, JsonValue> = {}
  for (const [key, value] of Object.entries(publicExtensions(extensions))) {
    if (value === undefined || FOREIGN_KEYS.has(key)) continue
    const target = ATTRIBUTE_NAME.test(key) && !OWN_ATTRIBUTES.has(key) && isAttributeValue(value) ? attributes : bundled
    target[key] = value
  }
  return Object.keys(bundled).length === 0 ? attributes : { ...attributes, [BUNDLE]: canonicalJson(bundled) }
}

/** The extensions that a CloudEvent carries. Names that begin with `_` are the framework's and are not taken from outside. */
export function extensionsIn(event: JsonObject, issues: Issue[]): JsonObject {
  const attributes = Object.entries(event).filter(([key, value]) => !OWN_ATTRIBUTES.has(key) && value !== null)
  const bundled = Object.entries(unbundled(event[BUNDLE], issues))
  return Object.fromEntries(
    [...attributes, ...bundled].filter(([key, value]) => !key.startsWith('_') && !FOREIGN_KEYS.has(key) && value !== undefined),
  )
}

function unbundled(text: JsonValue | undefined, issues: Issue[]): JsonObject {
  if (text === undefined || text === null) return {}
  const value = typeof text === 'string' ? parsed(text) : undefined
  if (value !== undefined) return value
  issues.push({ path: BUNDLE, code: 'INVALID', message: 'must be the JSON text of an object' })
  return {}
}

function parsed(text: string): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : undefined
  } catch {
    return undefined
  }
}

function isAttributeValue(value: JsonValue): boolean {
  if (typeof value === 'string') return !ILLEGAL_IN_TEXT.test(value)
  if (typeof value === 'number') return Object.is(value | 0, value)
  return typeof value === 'boolean'
}
