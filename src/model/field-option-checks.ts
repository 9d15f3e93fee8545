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

/** Reports options of a field that do not exist or cannot mean anything. */
export function checkFieldOptions(name: string, { kind, settings }: FieldSpec, say: Say): void {
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
}

const NUMBER = [(value: unknown) => typeof value === 'number', 'a number'] as const

function isLimitOfNumber(kind: FieldKind, option: string): boolean {
  return (kind === 'integer' || kind === 'float') && (option === 'min' || option === 'max')
}
