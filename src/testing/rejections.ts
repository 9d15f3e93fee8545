import type { ProteanError } from '../errors.ts'
import {
  CommandExpiredError,
  DuplicateCommandError,
  InvalidOperationError,
  InvalidStateError,
  ObjectNotFoundError,
  ValidationError,
} from '../errors.ts'

/**
 * The errors with which a domain says no. Everything else is a mistake, in the domain or in the test, and must not pass for a rejection.
 * An error of one's own is one when it extends one of these.
 */
const REJECTIONS = [
  ValidationError,
  InvalidStateError,
  InvalidOperationError,
  ObjectNotFoundError,
  CommandExpiredError,
  DuplicateCommandError,
] as const

export function isRejection(error: unknown): error is ProteanError {
  return REJECTIONS.some((rejection) => error instanceof rejection)
}

/** Its texts, one for each broken rule. */
export function textsOf(rejection: ProteanError): readonly string[] {
  return rejection instanceof ValidationError ? rejection.issues.map(({ message }) => message) : [rejection.message]
}
