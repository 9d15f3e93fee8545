import type { ColumnType } from './table.ts'

const FITS: Readonly<Record<ColumnType, (value: unknown) => boolean>> = {
  text: (value) => typeof value === 'string',
  integer: (value) => Number.isFinite(value),
  float: (value) => Number.isFinite(value),
  decimal: (value) => typeof value === 'string' && /^-?\d+(\.\d+)?$/.test(value),
  boolean: (value) => typeof value === 'boolean',
  date: isDay,
  timestamp: (value) => value instanceof Date && !Number.isNaN(value.getTime()),
  json: (value) => value !== undefined,
}

/** Whether a column of this type can be compared with the value, which is not null. */
export function fitsType(type: ColumnType, value: unknown): boolean {
  return FITS[type](value)
}

/** A day that the calendar has, in the years 1 to 9999. */
function isDay(value: unknown): boolean {
  if (typeof value !== 'string' || !/^\d{4}-\d\d-\d\d$/.test(value) || value.startsWith('0000')) return false
  const day = new Date(`${value}T00:00:00Z`)
  return !Number.isNaN(day.getTime()) && day.toISOString().startsWith(value)
}
