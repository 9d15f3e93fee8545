import type { JsonValue } from '../../util/json.ts'
import { frozenJson, isPlainObject } from '../../util/plain.ts'
import type { FieldSpec, ValueRule } from '../field-spec.ts'
import { refuse } from './text-rules.ts'

export interface ListLimits {
  /** In items. */
  readonly minLength?: number | undefined
  readonly maxLength?: number | undefined
}

/** A frozen list whose items each keep the rules of `item`; issues carry the item's index. */
export function listRule(item: FieldSpec, limits: ListLimits): ValueRule {
  return {
    item,
    coerce(input, path, issues) {
      if (!Array.isArray(input)) return refuse(issues, path, 'TYPE', 'must be a list')
      const { minLength, maxLength } = limits
      if (minLength !== undefined && input.length < minLength) refuse(issues, path, 'TOO_SHORT', `must have at least ${minLength} items`)
      if (maxLength !== undefined && input.length > maxLength) refuse(issues, path, 'TOO_LONG', `must have at most ${maxLength} items`)
      return Object.freeze(
        Array.from(input, (value: unknown, index) => {
          const at = `${path}[${index}]`
          if (value === undefined || value === null) return refuse(issues, at, 'REQUIRED', 'is required')
          return item.admit(value, at, issues)
        }),
      )
    },
    toPlain: (value) => Object.freeze((value as readonly unknown[]).map((entry) => item.rule.toPlain(entry))),
    fromPlain: (plain) => Object.freeze((plain as readonly JsonValue[]).map((entry) => item.rule.fromPlain(entry))),
    ...(item.rule.bind && { bind: (lookup) => listRule(item.bind(lookup), limits) }),
  }
}

/** A frozen map from text to values that keep the rules of `item`. */
export function mapRule(item: FieldSpec): ValueRule {
  const convert = (value: unknown, one: (entry: unknown, key: string) => unknown): unknown =>
    Object.freeze(Object.fromEntries(Object.entries(value as object).map(([key, entry]) => [key, one(entry, key)])))
  return {
    item,
    coerce(input, path, issues) {
      if (!isPlainObject(input)) return refuse(issues, path, 'TYPE', 'must be an object')
      return convert(input, (value, key) => {
        if (value === undefined || value === null) return refuse(issues, `${path}.${key}`, 'REQUIRED', 'is required')
        return item.admit(value, `${path}.${key}`, issues)
      })
    },
    toPlain: (value) => convert(value, (entry) => item.rule.toPlain(entry)) as JsonValue,
    fromPlain: (plain) => convert(plain, (entry) => item.rule.fromPlain(entry as JsonValue)),
    ...(item.rule.bind && { bind: (lookup) => mapRule(item.bind(lookup)) }),
  }
}

/** Plain JSON data, copied and deeply frozen. `shape` says what its outside must be. */
export function jsonRule(shape: 'object' | 'any'): ValueRule {
  return {
    coerce(input, path, issues) {
      if (shape === 'object' && !isPlainObject(input)) return refuse(issues, path, 'TYPE', 'must be an object')
      return frozenJson(input, path, (at, what) => refuse(issues, at, 'TYPE', `cannot be stored as JSON: it is ${what}`))
    },
    toPlain: (value) => value as JsonValue,
    fromPlain: (plain) => frozenJson(plain, '', () => undefined),
  }
}
