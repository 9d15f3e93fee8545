/**
 * Every error that the framework throws. A class says what kind of failure it is, `code` is stable and machine-readable,
 * the message says who, what and how to fix it. Adapters translate their driver's errors into these and keep the original in `cause`.
 */

/** One broken rule: where (`items[0].quantity`, `_entity` for the object itself), which (`code`), and the text for a person. */
export interface Issue {
  readonly path: string
  readonly code: string
  readonly message: string
}

/** One mistake in how a domain is wired or configured: the element it concerns and what to do about it. */
export interface Problem {
  readonly code: string
  readonly element: string
  readonly message: string
  readonly fix: string
}

export interface ProteanErrorOptions {
  readonly code?: string
  readonly cause?: unknown
}

const BRAND = Symbol.for('proteanjs.error')

export abstract class ProteanError extends Error {
  /** Stable identifier: renaming one is a breaking change. */
  readonly code: string
  /** Whether the same call may succeed when it is simply made again. */
  get retryable(): boolean {
    return false
  }

  constructor(message: string, defaultCode: string, options: ProteanErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.name = new.target.name
    this.code = options.code ?? defaultCode
    Object.defineProperty(this, BRAND, { value: true })
  }
}

/** True for an error of this framework, also when two copies of the package are loaded. */
export function isProteanError(error: unknown): error is ProteanError {
  return error instanceof Error && BRAND in error
}

/** A field rule, an invariant, a uniqueness rule or a status transition was broken. Nothing was changed. */
export class ValidationError extends ProteanError {
  readonly issues: readonly Issue[]
  /** The issues' texts by path, for forms and HTTP answers. */
  readonly messages: Record<string, string[]>

  constructor(
    issues: readonly Issue[] | Record<string, readonly string[]>,
    options: ProteanErrorOptions & { readonly element?: string } = {},
  ) {
    const list = Array.isArray(issues) ? (issues as readonly Issue[]) : issuesFrom(issues as Record<string, readonly string[]>)
    const text = list.map((issue) => (issue.path === '_entity' ? issue.message : `${issue.path}: ${issue.message}`)).join('; ')
    super(options.element === undefined ? text : `${options.element} is not valid: ${text}`, onlyCode(list) ?? 'VALIDATION_FAILED', options)
    this.issues = Object.freeze([...list])
    const messages = new Map<string, string[]>()
    for (const { path, message } of list) messages.set(path, [...(messages.get(path) ?? []), message])
    // A path may come from outside, so that it could be `__proto__`.
    this.messages = Object.fromEntries(messages)
  }

  /** The distinct codes of all issues, in order. */
  get codes(): readonly string[] {
    return [...new Set(this.issues.map((issue) => issue.code))]
  }
}

function issuesFrom(messages: Record<string, readonly string[]>): Issue[] {
  return Object.entries(messages).flatMap(([path, texts]) => texts.map((message) => ({ path, code: 'INVALID', message })))
}

function onlyCode(issues: readonly Issue[]): string | undefined {
  const codes = new Set(issues.map((issue) => issue.code))
  return codes.size === 1 ? [...codes][0] : undefined
}

/** `get` found nothing. */
export class ObjectNotFoundError extends ProteanError {
  constructor(message: string, options?: ProteanErrorOptions) {
    super(message, 'OBJECT_NOT_FOUND', options)
  }
}

/** One object was asked for and several match. */
export class TooManyObjectsError extends ProteanError {
  constructor(message: string, options?: ProteanErrorOptions) {
    super(message, 'TOO_MANY_OBJECTS', options)
  }
}

/** For domain code to throw: the operation is not legal in the object's present state. */
export class InvalidStateError extends ProteanError {
  constructor(message: string, options?: ProteanErrorOptions) {
    super(message, 'INVALID_STATE', options)
  }
}

/** The operation is not permitted on this object, whatever its state: changing an identifier, committing a unit of work twice. */
export class InvalidOperationError extends ProteanError {
  constructor(message: string, options?: ProteanErrorOptions) {
    super(message, 'INVALID_OPERATION', options)
  }
}

/** Somebody else changed the row or the stream since it was read (optimistic concurrency). Nothing was stored. */
export class ExpectedVersionError extends ProteanError {
  /** The aggregate or stream, the version that the writer had read, and the one found (undefined when it is gone or unknown). */
  readonly target: string
  readonly expected: number
  readonly actual: number | undefined

  /** `attempts`: as often it was read again and retried by the framework. */
  constructor(
    target: string,
    expected: number,
    actual: number | undefined,
    { attempts, ...options }: ProteanErrorOptions & { readonly attempts?: number } = {},
  ) {
    const found = actual === undefined ? 'it is gone or has moved on' : `it is at ${actual}`
    const advice =
      attempts === undefined
        ? 'Read it again and retry.'
        : `It was tried ${attempts} times: raise server.version_retry.max_retries or max_delay_seconds where so many change the same at once.`
    super(`Wrong expected version: ${target} was read at version ${expected}, but ${found}. ${advice}`, 'EXPECTED_VERSION', options)
    this.target = target
    this.expected = expected
    this.actual = actual
  }

  override get retryable(): boolean {
    return true
  }
}

/** A unit of work could not be committed. Nothing was stored. */
export class TransactionError extends ProteanError {
  constructor(message: string, options?: ProteanErrorOptions) {
    super(message, 'TRANSACTION_FAILED', options)
  }
}

/** What one handler threw when it reacted to a committed event. */
export interface ReactionFailure {
  readonly handler: string
  /** The event; undefined for a write to a cache. */
  readonly messageType?: string
  readonly messageId?: string
  readonly error: unknown
}

/**
 * The unit of work is committed and stays so; one or more handlers that reacted to its events failed.
 * Never retried as if the command itself had failed (`committed` is always true).
 */
export class ReactionError extends ProteanError {
  readonly committed = true
  readonly failures: readonly ReactionFailure[]
  /** What the command's handler returned: the command itself succeeded. */
  readonly result: unknown

  constructor(failures: readonly ReactionFailure[], result?: unknown) {
    const text = failures
      .map(
        (f) =>
          `${f.handler}${f.messageType === undefined ? '' : ` on ${f.messageType}`}: ${f.error instanceof Error ? f.error.message : String(f.error)}`,
      )
      .join('; ')
    const cause = failures.length === 1 ? failures[0]?.error : new AggregateError(failures.map((f) => f.error))
    super(`Committed, but ${failures.length === 1 ? 'a reaction' : `${failures.length} reactions`} failed: ${text}`, 'REACTION_FAILED', {
      cause,
    })
    this.failures = failures
    this.result = result
  }
}

/** The framework was called in a way that cannot work. The message says what to do instead. */
export class IncorrectUsageError extends ProteanError {
  constructor(message: string, options?: ProteanErrorOptions) {
    super(message, 'INCORRECT_USAGE', options)
  }
}

/** The element or adapter does not offer this operation. */
export class NotSupportedError extends ProteanError {
  constructor(message: string, options?: ProteanErrorOptions) {
    super(message, 'NOT_SUPPORTED', options)
  }
}

/** The domain's wiring or configuration is wrong. `problems` lists every mistake found, each with its fix. */
export class ConfigurationError extends ProteanError {
  readonly problems: readonly Problem[]

  constructor(problems: readonly Problem[] | Problem, options: ProteanErrorOptions = {}) {
    const list = Array.isArray(problems) ? (problems as readonly Problem[]) : [problems as Problem]
    const lines = list.map((p) => `[${p.code}] ${p.element}: ${p.message} ${p.fix}`.trim())
    super(
      lines.length === 1 ? `${lines[0]}` : `${lines.length} problems:\n- ${lines.join('\n- ')}`,
      list.length === 1 && list[0] ? list[0].code : 'CONFIGURATION',
      options,
    )
    this.problems = list
  }
}

/** A stored message cannot be read back: unknown type, failed checksum, data that no longer fits. */
export class DeserializationError extends ProteanError {
  readonly messageId: string

  constructor(messageId: string, message: string, options?: ProteanErrorOptions) {
    super(`Message ${messageId} cannot be read: ${message}`, 'DESERIALIZATION', options)
    this.messageId = messageId
  }
}

/** The idempotency key was used before and `raiseOnDuplicate` was asked for. Carries the first call's result. */
export class DuplicateCommandError extends ProteanError {
  readonly originalResult: unknown

  constructor(message: string, originalResult: unknown) {
    super(message, 'DUPLICATE_COMMAND')
    this.originalResult = originalResult
  }
}

/** The command's deadline had passed before it was handled. Nothing was stored. */
export class CommandExpiredError extends ProteanError {
  constructor(message: string) {
    super(message, 'COMMAND_EXPIRED')
  }
}

/** A database, store, broker or cache failed; the driver's error is in `cause`. */
export class DatabaseError extends ProteanError {
  readonly #retryable: boolean

  constructor(message: string, options: ProteanErrorOptions & { readonly retryable?: boolean } = {}) {
    super(message, 'DATABASE_FAILED', options)
    this.#retryable = options.retryable ?? false
  }

  override get retryable(): boolean {
    return this.#retryable
  }
}
