import type { JsonObject, JsonValue } from '../util/json.ts'
import type { ElementDefinition } from './definition.ts'

/** An element's values as plain, frozen JSON, in the order of declaration; absent ones are left out. */
export function plainOf(definition: ElementDefinition, element: object): JsonObject {
  const plain: Record<string, JsonValue> = {}
  for (const [name, spec] of definition.fields) {
    const value = (element as Record<string, unknown>)[name]
    if (value === undefined) continue
    plain[name] =
      spec.kind === 'hasMany'
        ? Object.freeze((value as readonly unknown[]).map((child) => spec.rule.toPlain(child)))
        : spec.rule.toPlain(value)
  }
  return Object.freeze(plain)
}
