import type { Issue } from '../../errors.ts'
import type { JsonValue } from '../../util/json.ts'
import type { ValueRule } from '../field-spec.ts'

export interface TextLimits {
  readonly required?: boolean | undefined
  /** In characters (code points). */
  readonly minLength?: number | undefined
  readonly maxLength?: number | undefined
  readonly pattern?: RegExp | undefined
  readonly choices?: readonly string[] | undefined
}

const asPlain = (value: unknown): JsonValue => value as string
const asValue = (plain: JsonValue): unknown => plain

/** Text. Lengths count code points, as databases do; the compiled check counts UTF-16 units, which are never fewer. */
export function textRule(
  limits: TextLimits,
): ValueRule & { readonly choices: ReadonlySet<string> | undefined; readonly pattern: RegExp | undefined } {
  const choices = limits.choices === undefined ? undefined : new Set(limits.choices)
  // A sticky or global expression remembers where it stopped; a rule must not.
  const pattern = !(limits.pattern instanceof RegExp)
    ? undefined
    : new RegExp(limits.pattern.source, limits.pattern.flags.replaceAll(/[gy]/g, ''))
  const conditions = [
    "typeof v === 'string'",
    limits.required === true && !limits.minLength ? 'v.length > 0' : '',
    // Counting code points is left to the slow path: two units may be one character.
    limits.minLength ? `v.length >= ${Number(limits.minLength) * 2}` : '',
    limits.maxLength === undefined ? '' : `v.length <= ${Number(limits.maxLength)}`,
  ].filter((condition) => condition !== '')
  return {
    choices,
    pattern,
    fast: (r) =>
      [...conditions, choices ? `${r}.choices.has(v)` : '', pattern ? `${r}.pattern.test(v)` : ''].filter((c) => c !== '').join(' && '),
    coerce(input, path, issues) {
      if (typeof input !== 'string') return refuse(issues, path, 'TYPE', 'must be text')
      checkText(input, path, limits, pattern, choices, issues)
      return input
    },
    toPlain: asPlain,
    fromPlain: asValue,
  }
}

/** An identity: text; whole numbers and big integers are taken as their digits. */
export function identifierRule(limits: TextLimits): ValueRule {
  const rule = textRule({ ...limits, required: true })
  return {
    ...rule,
    coerce(input, path, issues) {
      // A number that is held inexactly could be the digits of another identity.
      const isNumber = typeof input === 'bigint' || Number.isSafeInteger(input)
      if (!isNumber && typeof input !== 'string') return refuse(issues, path, 'TYPE', 'must be text or a whole number')
      const text = String(input)
      if (text === '') return refuse(issues, path, 'REQUIRED', 'is required')
      return rule.coerce(text, path, issues)
    },
  }
}

function checkText(
  text: string,
  path: string,
  limits: TextLimits,
  pattern: RegExp | undefined,
  choices: ReadonlySet<string> | undefined,
  issues: Issue[],
): void {
  const { minLength, maxLength } = limits
  if (minLength !== undefined && text.length < minLength * 2 && characters(text) < minLength) {
    refuse(issues, path, 'TOO_SHORT', `must have at least ${minLength} ${plural(minLength)}`)
  }
  if (maxLength !== undefined && text.length > maxLength && characters(text) > maxLength) {
    refuse(issues, path, 'TOO_LONG', `must have at most ${maxLength} ${plural(maxLength)}`)
  }
  if (pattern !== undefined && !pattern.test(text)) refuse(issues, path, 'PATTERN', `must match ${String(pattern)}`)
  if (choices !== undefined && !choices.has(text)) refuse(issues, path, 'CHOICE', `must be ${oneOf([...choices])}`)
}

function characters(text: string): number {
  let count = 0
  for (const _ of text) count += 1
  return count
}

function plural(count: number): string {
  return count === 1 ? 'character' : 'characters'
}

export function oneOf(choices: readonly unknown[]): string {
  const quoted = choices.map((choice) => (typeof choice === 'string' ? `'${choice}'` : String(choice)))
  return quoted.length < 2 ? quoted.join('') : `${quoted.slice(0, -1).join(', ')} or ${quoted.at(-1)}`
}

export function refuse(issues: Issue[], path: string, code: string, message: string): undefined {
  issues.push({ path, code, message })
  return undefined
}
