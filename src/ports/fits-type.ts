import type { ColumnType } from './table.ts'

const FITS: Readonly<Record<ColumnType, (value: unknown) => boolean>> = {
  text: (value) => typeof value === 'string',
  integer: (value) => Number.isFinite(value),
  float: (value) => Number.isFinite(value),
  decimal: (value) => typeof value === 'string' && /^-?\d+(\.\d+)?$/.test(value),
  boolean: (value) => typeof value === 'boolean',
  date: (value) => typeof value === 'string' && /^\d{4,}-\d\d-\d\d$/.test(value),
  timestamp: (value) => value instanceof Date && !Number.isNaN(value.getTime()),
  json: (value) => value !== undefined,
}

/** Whether a column of this type can be compared with the value, which is not null. */
export function fitsType(type: ColumnType, value: unknown): boolean {
  return FITS[type](value)
}
