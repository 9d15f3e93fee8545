/**
 * What an old payload needs, besides upcasting, to fit the fields of today: values under a former name of a field move to its name, and where reading is
 * lenient, what no field has is left out. Embedded values and lists of them are treated alike. Most messages need nothing of it and are passed as they are.
 */
import type { ElementDefinition } from '../model/definition.ts'
import type { ElementRef } from '../model/element-ref.ts'
import type { FieldSpec } from '../model/field-spec.ts'
import type { ModelScope } from '../model/scope.ts'
import type { JsonObject, JsonValue } from '../util/json.ts'
import { isPlainObject } from '../util/plain.ts'

export interface FittedPayload {
  readonly data: JsonObject
  /** Paths of what was left out. */
  readonly dropped: readonly string[]
}

export function fitPayload(definition: ElementDefinition, data: JsonObject, lenient: boolean): FittedPayload {
  if (!lenient && !hasFormerNames(definition)) return { data, dropped: NOTHING }
  const dropped: string[] = []
  return { data: fitted(definition, data, '', lenient ? dropped : undefined), dropped }
}

const NOTHING: readonly string[] = []

function fitted(definition: ElementDefinition, data: JsonObject, path: string, dropped: string[] | undefined): JsonObject {
  const result: Record<string, JsonValue> = {}
  const former = formerNames(definition)
  for (const [key, value] of Object.entries(data)) {
    const name = definition.fields.has(key) ? key : former.get(key)
    // Under both names, the new one counts.
    if (name !== undefined && name !== key && Object.hasOwn(data, name)) continue
    if (name !== undefined)
      result[name] = fittedValue(definition.fields.get(name) as FieldSpec, value ?? null, `${path}${name}`, dropped, definition.scope)
    else if (dropped === undefined) result[key] = value ?? null
    else dropped.push(`${path}${key}`)
  }
  return result
}

function fittedValue(
  { kind, rule }: FieldSpec,
  value: JsonValue,
  path: string,
  dropped: string[] | undefined,
  scope: ModelScope,
): JsonValue {
  if (kind === 'valueObject' && isPlainObject(value))
    return fitted(scope.target(rule.target as ElementRef) as ElementDefinition, value as JsonObject, `${path}.`, dropped)
  const { item } = rule
  if (kind !== 'list' || item === undefined || !Array.isArray(value)) return value
  return value.map((entry: JsonValue, at) => fittedValue(item, entry, `${path}[${at}]`, dropped, scope))
}

/** Former name to name. */
function formerNames({ fields }: ElementDefinition): ReadonlyMap<string, string> {
  let names = known.get(fields)
  if (names === undefined) {
    names = new Map([...fields].flatMap(([name, { settings }]) => listOf(settings.renamedFrom).map((former) => [former, name] as const)))
    known.set(fields, names)
  }
  return names
}

const known = new WeakMap<ElementDefinition['fields'], ReadonlyMap<string, string>>()
const verdicts = new WeakMap<ElementDefinition, boolean>()

/** Whether a field of it, or of a value that it may hold, had another name. */
function hasFormerNames(definition: ElementDefinition): boolean {
  let verdict = verdicts.get(definition)
  if (verdict === undefined) {
    // A list of itself asks again while it is not known yet.
    verdicts.set(definition, false)
    verdict = formerNames(definition).size > 0 || [...definition.fields.values()].some((spec) => embeds(spec, definition.scope))
    verdicts.set(definition, verdict)
  }
  return verdict
}

function embeds({ kind, rule }: FieldSpec, scope: ModelScope): boolean {
  if (kind === 'valueObject') return hasFormerNames(scope.target(rule.target as ElementRef) as ElementDefinition)
  return rule.item !== undefined && embeds(rule.item, scope)
}

function listOf(names: string | readonly string[] | undefined): readonly string[] {
  return typeof names === 'string' ? [names] : (names ?? [])
}
