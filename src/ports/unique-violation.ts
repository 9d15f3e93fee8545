import { ProteanError } from '../errors.ts'
import type { TableSchema } from './table.ts'

/** A database refused a row whose key or unique value is taken. The unit of work turns it into the fields' `ValidationError`. */
export class UniqueViolation extends ProteanError {
  readonly table: TableSchema
  /** Paths of the clashing fields in the domain model. */
  readonly fields: readonly string[]

  constructor(table: TableSchema, fields: readonly string[], cause?: unknown) {
    super(`${table.element} with this ${fields.join(', ')} is already present.`, 'UNIQUE_VIOLATION', { cause })
    this.table = table
    this.fields = fields
  }
}
