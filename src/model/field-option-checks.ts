import type { Issue } from '../errors.ts'
import { nearest } from '../util/nearest.ts'
import type { FieldKind, FieldSpec } from './field-spec.ts'

export type Say = (code: string, message: string, fix: string) => void

const COMMON = ['required', 'default', 'unique', 'validate', 'description', 'column', 'renamedFrom', 'deprecated']
const TEXT = [...COMMON, 'minLength', 'maxLength', 'pattern']
const TIME = [...COMMON, 'min', 'max', 'autoNow', 'autoNowAdd']
const OPTIONS: Readonly<Record<FieldKind, readonly string[]>> = {
  string: [...TEXT, 'identifier', 'choices'],
  text: TEXT,
  identifier: [...TEXT, 'identifier'],
  auto: ['identifier', 'unique', 'generate', 'increment', 'description', 'column', 'default', 'maxLength'],
  integer: [...COMMON, 'min', 'max', 'choices'],
  float: [...COMMON, 'min', 'max', 'choices'],
  decimal: [...COMMON, 'min', 'max', 'precision', 'scale'],
  boolean: COMMON,
  date: TIME,
  dateTime: TIME,
  status: [...COMMON, 'transitions'],
  list: [...COMMON, 'minLength', 'maxLength'],
  dict: COMMON,
  json: COMMON,
  valueObject: COMMON,
  reference: [...COMMON, 'maxLength'],
  hasOne: [],
  hasMany: [],
}

const isCount = (value: unknown) => Number.isSafeInteger(value) && (value as number) >= 0
const isBoolean = (value: unknown) => typeof value === 'boolean'
const isText = (value: unknown) => typeof value === 'string' && value !== ''
const EXPECTED: Readonly<Record<string, readonly [is: (value: unknown) => boolean, what: string]>> = {
  required: [isBoolean, 'true or false'],
  unique: [isBoolean, 'true or false'],
  identifier: [isBoolean, 'true or false'],
  increment: [isBoolean, 'true or false'],
  autoNow: [isBoolean, 'true or false'],
  autoNowAdd: [isBoolean, 'true or false'],
  minLength: [isCount, 'a whole number from 0'],
  maxLength: [isCount, 'a whole number from 0'],
  precision: [isCount, 'a whole number from 0'],
  scale: [isCount, 'a whole number from 0'],
  column: [isText, 'text'],
  description: [isText, 'text'],
  pattern: [(value) => value instanceof RegExp, 'a regular expression'],
}

/** Reports options of a field, and of the items of a list, that do not exist, cannot mean anything, or contradict each other. */
export function checkFieldOptions(name: string, spec: FieldSpec, say: Say): void {
  const { kind, settings } = spec
  const known = OPTIONS[kind]
  for (const [option, value] of Object.entries(settings)) {
    if (!known.includes(option)) {
      const near = nearest(option, known)
      const fix = near === undefined ? `Options of field.${kind}() are ${known.join(', ')}.` : `Did you mean ${near}?`
      say('FIELD_OPTION_UNKNOWN', `declares ${name} with the unknown option ${option}.`, fix)
      continue
    }
    const [is, what] = isLimitOfNumber(kind, option) ? NUMBER : (EXPECTED[option] ?? [])
    if (value !== undefined && is?.(value) === false)
      say('FIELD_OPTION_INVALID', `declares ${name} with a ${option} that is not ${what}.`, `Give ${what}.`)
  }
  checkLimits(name, spec, say)
  checkStates(name, spec, say)
  if (spec.rule.item !== undefined) checkFieldOptions(`${name}[]`, spec.rule.item, say)
}

/** Limits are read by the field's own rule, which leaves out one that it cannot read. */
function checkLimits(name: string, { kind, settings, rule }: FieldSpec, say: Say): void {
  const { maxLength, precision, scale, ...options } = settings
  const { min, max, minLength } = options as { min?: unknown; max?: unknown; minLength?: number }
  const issues: Issue[] = []
  for (const [option, limit] of Object.entries({ min, max })) {
    if (limit === undefined || !HAS_RANGE.has(kind)) continue
    rule.coerce(limit, option, issues)
  }
  for (const { path } of issues.filter(({ code }) => code === 'TYPE'))
    say('FIELD_OPTION_INVALID', `declares ${name} with a ${path} that it cannot read.`, 'Give one that the field itself would accept.')
  const contradicts = (low: string, high: string) =>
    say('FIELD_OPTION_INVALID', `declares ${name} with a ${low} above its ${high}, so that nothing fits.`, 'Correct one of the two.')
  if (issues.some(({ code }) => code === 'TOO_SMALL' || code === 'TOO_LARGE')) contradicts('min', 'max')
  if ((minLength ?? 0) > (maxLength ?? Number.POSITIVE_INFINITY)) contradicts('minLength', 'maxLength')
  if ((scale ?? 0) > (precision ?? Number.POSITIVE_INFINITY)) contradicts('scale', 'precision')
}

function checkStates(name: string, { settings, rule }: FieldSpec, say: Say): void {
  const numbers = (settings as { choices?: readonly unknown[] }).choices
  const { choices = numbers === undefined ? undefined : new Set(numbers) } = rule as { choices?: ReadonlySet<unknown> }
  if (choices === undefined) return
  if (choices.size === 0) say('FIELD_OPTION_INVALID', `allows no value at all in ${name}.`, 'Give at least one value to choose from.')
  const unknown = [...(rule.transitions ?? [])].flat(2).filter((state) => !choices.has(state))
  if (unknown.length > 0) {
    say(
      'FIELD_OPTION_INVALID',
      `has transitions of ${name} with ${[...new Set(unknown)].join(', ')}, which is none of its states.`,
      `States are ${[...choices].join(', ')}.`,
    )
  }
}

const HAS_RANGE: ReadonlySet<FieldKind> = new Set(['integer', 'float', 'decimal', 'date', 'dateTime'])
const NUMBER = [(value: unknown) => typeof value === 'number' && !Number.isNaN(value), 'a number'] as const

function isLimitOfNumber(kind: FieldKind, option: string): boolean {
  return (kind === 'integer' || kind === 'float') && (option === 'min' || option === 'max')
}
