import { isPlainObject } from '../../util/plain.ts'

/** The environment's variables by name, as `process.env` is. */
export type Environment = Readonly<Record<string, string | undefined>>

/** `${NAME}` or `${NAME|default}`; a default runs to the next brace and may be empty. */
const PLACEHOLDER = /\$\{([^}|]+)(?:\|([^}]*))?\}/g

export function hasPlaceholder(value: unknown): boolean {
  if (typeof value === 'string') return value.search(PLACEHOLDER) !== -1
  if (Array.isArray(value)) return value.some(hasPlaceholder)
  return isPlainObject(value) && Object.values(value).some(hasPlaceholder)
}

/** Puts in the values of variables. What a value contains is never looked at again. `missing` is told of each variable that has none. */
export function expand(text: string, env: Environment, missing: (variable: string) => void): string {
  return text.replaceAll(PLACEHOLDER, (placeholder, name: string, otherwise: string | undefined) => {
    const value = env[name.trim()]
    if (typeof value === 'string') return value
    if (otherwise === undefined) missing(name.trim())
    return otherwise ?? placeholder
  })
}
