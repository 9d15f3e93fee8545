import type { DriverScalar, DriverValue } from '../sql/statement.ts'

/** A parameter as the server reads it in text format. */
export function wireValue(value: DriverValue): string | null {
  if (value === null || typeof value === 'string') return value
  return isList(value) ? arrayLiteral(value) : String(value)
}

function isList(value: DriverValue): value is readonly DriverScalar[] {
  return Array.isArray(value)
}

function arrayLiteral(values: readonly DriverScalar[]): string {
  const elements = values.map((value) => {
    if (value === null) return 'NULL'
    return typeof value === 'string' ? `"${value.replace(/["\\]/g, '\\$&')}"` : String(value)
  })
  return `{${elements.join(',')}}`
}
