import { DatabaseError, isProteanError } from '../../errors.ts'

interface Meaning {
  readonly code: string
  readonly retryable?: boolean
  readonly text: (where: string, message: string) => string
}

const UNREACHABLE: Meaning = {
  code: 'CONNECTION_FAILED',
  retryable: true,
  text: (where, message) =>
    `The server of ${where} cannot be reached, or the connection to it was lost (${message}). See that it runs at that address.`,
}
const REFUSED: Meaning = {
  code: 'AUTHENTICATION_FAILED',
  text: (where, message) => `The server of ${where} does not let this user in (${message}). Correct user and password in its URI.`,
}
const FORBIDDEN: Meaning = {
  code: 'PERMISSION_DENIED',
  text: (where, message) => `The user of ${where} lacks a permission (${message}). Grant it in the server's access control list.`,
}
const BUSY: Meaning = {
  code: 'SERVER_BUSY',
  retryable: true,
  text: (where, message) => `The server of ${where} cannot serve at the moment (${message}). Do it again later.`,
}
const FULL: Meaning = {
  code: 'OUT_OF_MEMORY',
  retryable: true,
  text: (where, message) => `The server of ${where} has no memory left (${message}). Nothing was stored: trim streams, or raise maxmemory.`,
}
const FOREIGN: Meaning = {
  code: 'KEY_TAKEN',
  text: (where, message) => `Somebody else keeps something under a key of ${where} (${message}). Choose another keyPrefix.`,
}
const MISSING_GROUP: Meaning = {
  code: 'GROUP_MISSING',
  retryable: true,
  text: (where, message) => `A group of ${where} was removed in the meantime (${message}). Do it again.`,
}
const PRESENT_GROUP: Meaning = { code: 'GROUP_EXISTS', text: (where, message) => `${where} has this group already (${message}).` }

/** By the first word of the server's reply, and by the codes of Node's network errors. */
const BY_CODE: Readonly<Record<string, Meaning>> = {
  NOAUTH: REFUSED,
  WRONGPASS: REFUSED,
  NOPERM: FORBIDDEN,
  BUSY,
  LOADING: BUSY,
  MASTERDOWN: BUSY,
  CLUSTERDOWN: BUSY,
  TRYAGAIN: BUSY,
  READONLY: BUSY,
  MISCONF: BUSY,
  NOREPLICAS: BUSY,
  OOM: FULL,
  WRONGTYPE: FOREIGN,
  BUSYGROUP: PRESENT_GROUP,
  NOGROUP: MISSING_GROUP,
  UNBLOCKED: MISSING_GROUP,
  ECONNREFUSED: UNREACHABLE,
  ECONNRESET: UNREACHABLE,
  ECONNABORTED: UNREACHABLE,
  ENOTFOUND: UNREACHABLE,
  EAI_AGAIN: UNREACHABLE,
  EHOSTUNREACH: UNREACHABLE,
  ENETUNREACH: UNREACHABLE,
  ETIMEDOUT: UNREACHABLE,
  ENOENT: UNREACHABLE,
  EPIPE: UNREACHABLE,
}

/** Errors of the driver, which have no code, and replies that begin with no more than `ERR`. */
const BY_TEXT: readonly (readonly [RegExp, Meaning])[] = [
  [/^Connection timeout|^Socket (timeout|closed)|^The client is (closed|offline)|^Disconnects client/, UNREACHABLE],
  [/^ERR (AUTH|invalid password)/, REFUSED],
  [/^ERR max number of clients/, BUSY],
]

const OTHERWISE: Meaning = { code: 'DATABASE_FAILED', text: (where, message) => `The server of ${where} failed: ${message}.` }

/** The port's error for one of the driver's. `where` names the adapter and the address of its server. Errors of the framework pass. */
export function translated(error: unknown, where: string): unknown {
  if (isProteanError(error)) return error
  const cause = rootOf(error)
  const message = cause.message || cause.code || String(error)
  const { code, retryable = false, text } = meaningOf(cause.code, message)
  return new DatabaseError(text(where, message), { code, retryable, cause })
}

export function hasCode(error: unknown, code: string): boolean {
  return isProteanError(error) && error.code === code
}

function meaningOf(code: string | undefined, message: string): Meaning {
  const [word = ''] = /^[A-Z]+(?= )/.exec(message) ?? []
  return BY_CODE[code ?? ''] ?? BY_CODE[word] ?? BY_TEXT.find(([pattern]) => pattern.test(message))?.[1] ?? OTHERWISE
}

interface DriverError extends Error {
  readonly code?: string
}

/** The driver wraps what ended its attempts to connect, and the first failure of a transaction. */
function rootOf(error: unknown): DriverError {
  const wrapper = error as { readonly originalError?: unknown; readonly replies?: readonly unknown[] } | undefined
  const inner = wrapper?.originalError ?? wrapper?.replies?.find((reply) => reply instanceof Error)
  const root = inner ?? error
  return root instanceof Error ? root : new Error(String(root))
}
