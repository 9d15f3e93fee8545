import type { Issue } from '../errors.ts'
import type { ElementDefinition } from '../model/definition.ts'
import type { ElementRef } from '../model/element-ref.ts'
import type { FieldKind, FieldSpec } from '../model/field-spec.ts'
import type { ColumnSchema, ColumnType, ColumnValue, Row } from '../ports/table.ts'
import { ImmutableDate } from '../util/immutable-date.ts'
import type { JsonValue } from '../util/json.ts'
import { snakeCase } from '../util/names.ts'

type MutableRow = Record<string, ColumnValue>

/** How one field of an element goes into columns and comes back. */
export interface FieldMapping {
  readonly field: string
  readonly spec: FieldSpec
  readonly columns: readonly ColumnSchema[]
  write(value: unknown, row: MutableRow): void
  /** The value in these columns, undefined when there is none; nothing is validated. */
  read(row: Row): unknown
}

const TYPES: Readonly<Record<FieldKind, ColumnType>> = {
  string: 'text',
  text: 'text',
  identifier: 'text',
  auto: 'text',
  status: 'text',
  reference: 'text',
  integer: 'integer',
  float: 'float',
  decimal: 'decimal',
  boolean: 'boolean',
  date: 'date',
  dateTime: 'timestamp',
  list: 'json',
  dict: 'json',
  json: 'json',
  valueObject: 'json',
  hasOne: 'json',
  hasMany: 'json',
}

/** Where a field stands: in an element, or in a value object embedded there. */
interface Place {
  /** Seen from the element. */
  readonly path: string
  /** Name of its column, or what those of its parts begin with. */
  readonly name: string
  /** The same, as it may have been before. */
  readonly formerNames: readonly string[]
  /** Whether the value around it may be absent. */
  readonly optional: boolean
}

/** Lays out a field of an element. */
export function mapField(definition: ElementDefinition, field: string, spec: FieldSpec): FieldMapping {
  const mapping = mapAt(definition, field, spec, { path: field, optional: false, ...columnNames(field, spec, '', []) })
  const initial = initialRow(mapping)
  return { ...mapping, columns: mapping.columns.map((column) => withInitial(column, initial[column.name])) }
}

function mapAt(definition: ElementDefinition, field: string, spec: FieldSpec, place: Place): FieldMapping {
  return spec.kind === 'valueObject' ? mapValueObject(definition, field, spec, place) : mapSimple(definition, field, spec, place)
}

function columnNames(field: string, { settings }: FieldSpec, prefix: string, formerPrefixes: readonly string[]) {
  const own = settings.column ?? snakeCase(field)
  const former = settings.renamedFrom ?? []
  const names = [own, ...(typeof former === 'string' ? [former] : former).map(snakeCase)]
  const all = [prefix, ...formerPrefixes].flatMap((start) => names.map((name) => `${start}${name}`))
  return { name: `${prefix}${own}`, formerNames: all.slice(1) }
}

/**
 * What columns hold for a field's default, as far as that can be told without an object to make it for: a function that gives a text or a number may give
 * another one each time, while plain data can only be given by a function.
 */
function initialRow({ field, spec, write }: FieldMapping): Row {
  const given = spec.settings.default
  if (given === undefined || (typeof given === 'function' && !DATA.includes(spec.kind))) return {}
  const row: MutableRow = {}
  const issues: Issue[] = []
  try {
    write(spec.rule.coerce(spec.defaultValue(), field, issues), row)
  } catch {
    // Whoever makes an object gets to see what is wrong with its default; until then there is none.
    return {}
  }
  return issues.length === 0 ? row : {}
}

function withInitial(column: ColumnSchema, initial: ColumnValue | undefined): ColumnSchema {
  return initial === undefined || initial === null ? column : { ...column, initial }
}

const DATA: readonly FieldKind[] = ['list', 'dict', 'json', 'valueObject']

function mapSimple(
  definition: ElementDefinition,
  field: string,
  spec: FieldSpec,
  { path, name, formerNames, optional }: Place,
): FieldMapping {
  const { settings, rule } = spec
  const increment = settings.increment === true
  const type = increment ? 'integer' : TYPES[spec.kind]
  const isIdentifier = definition.identifier === field && path === field
  const column: ColumnSchema = {
    name,
    type,
    field: path,
    required: !optional && (isIdentifier || spec.isRequired || spec.hasDefault) && !increment,
    maxLength: type === 'text' ? settings.maxLength : undefined,
    precision: settings.precision,
    scale: settings.scale,
    generated: increment ? true : undefined,
    formerNames,
  }
  const columns = [column]
  if (type === 'json') {
    return {
      field,
      spec,
      columns,
      write: (value, row) => {
        row[name] = value === undefined ? null : rule.toPlain(value)
      },
      read: (row) => (row[name] === null || row[name] === undefined ? undefined : rule.fromPlain(row[name] as JsonValue)),
    }
  }
  return {
    field,
    spec,
    columns,
    write: (value, row) => {
      row[name] = (value as ColumnValue | undefined) ?? null
    },
    read:
      type === 'timestamp'
        ? (row) => (row[name] === null || row[name] === undefined ? undefined : ImmutableDate.of(row[name] as Date))
        : (row) => row[name] ?? undefined,
  }
}

/**
 * A value object takes one column for each of its parts. A required part that is null says that there is no value; where no part is required,
 * one more column says whether there is one, so that a value whose parts are all absent is not mistaken for no value.
 */
function mapValueObject(
  definition: ElementDefinition,
  field: string,
  spec: FieldSpec,
  { path, name, formerNames, optional }: Place,
): FieldMapping {
  const target = definition.scope.target(spec.rule.target as ElementRef) as ElementDefinition
  const absentAllowed = optional || !(spec.isRequired || spec.hasDefault)
  const formerPrefixes = formerNames.map((former) => `${former}_`)
  const parts = [...target.fields].map(([part, partSpec]) =>
    mapAt(target, part, partSpec, {
      path: `${path}.${part}`,
      optional: absentAllowed,
      ...columnNames(part, partSpec, `${name}_`, formerPrefixes),
    }),
  )
  const telling = parts.find((part) => part.spec.isRequired && part.spec.kind !== 'valueObject')?.columns[0]
  const presence: ColumnSchema | undefined =
    telling === undefined
      ? {
          name: `${name}_present`,
          type: 'boolean',
          required: true,
          field: `${path}._present`,
          initial: absentAllowed ? false : undefined,
          formerNames: formerPrefixes.map((former) => `${former}present`),
        }
      : undefined
  const evidence = telling?.name
  return {
    field,
    spec,
    columns: presence === undefined ? parts.flatMap((part) => part.columns) : [...parts.flatMap((part) => part.columns), presence],
    write(value, row) {
      for (const part of parts) part.write(value === undefined ? undefined : (value as Record<string, unknown>)[part.field], row)
      if (presence !== undefined) row[presence.name] = value !== undefined
    },
    read(row) {
      const isThere =
        presence === undefined ? row[evidence as string] !== null && row[evidence as string] !== undefined : row[presence.name] === true
      if (!isThere) return undefined
      const values: Record<string, unknown> = {}
      for (const part of parts) values[part.field] = part.read(row)
      return target.restore(values)
    },
  }
}
