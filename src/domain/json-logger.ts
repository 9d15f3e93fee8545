import type { LogFields, Logger } from '../ports/logger.ts'
import type { Clock } from '../util/runtime/clock.ts'

const LEVELS = ['debug', 'info', 'warn', 'error'] as const
type Level = (typeof LEVELS)[number]

/** Names that the original's configuration files have for levels. */
const OTHER_NAMES: Readonly<Record<string, Level>> = { warning: 'warn', critical: 'error' }
const LEVEL_IN: Readonly<Record<string, Level>> = { test: 'warn', development: 'debug' }
const MASK = '***'

export interface JsonLoggerOptions {
  /** Lowest level that is written. */
  readonly level: Level
  /** Names, in small letters, of fields whose values are masked. */
  readonly redact: readonly string[]
  readonly clock: Clock
  write(line: string): void
}

/** The lowest level to write: the configured one, or that of the environment. */
export function levelOf(configured: string, environment: string | undefined): Level {
  const name = configured.toLowerCase()
  return LEVELS.find((level) => level === name) ?? OTHER_NAMES[name] ?? LEVEL_IN[environment ?? ''] ?? 'info'
}

/** The logger of a domain that was given none: on the standard error. */
export function jsonLogger({ level, redact }: { readonly level: string; readonly redact: readonly string[] }, clock: Clock): JsonLogger {
  return new JsonLogger({
    level: levelOf(level, process.env.PROTEAN_ENV),
    redact: redact.map((name) => name.toLowerCase()),
    clock,
    write: (line) => process.stderr.write(line),
  })
}

/** Writes a line of JSON for each message: time, level, message and the fields. */
export class JsonLogger implements Logger {
  readonly #options: JsonLoggerOptions

  constructor(options: JsonLoggerOptions) {
    this.#options = options
  }

  debug(fields: LogFields, message: string): void {
    this.#write('debug', fields, message)
  }

  info(fields: LogFields, message: string): void {
    this.#write('info', fields, message)
  }

  warn(fields: LogFields, message: string): void {
    this.#write('warn', fields, message)
  }

  error(fields: LogFields, message: string): void {
    this.#write('error', fields, message)
  }

  #write(level: Level, fields: LogFields, message: string): void {
    const { clock, write } = this.#options
    if (LEVELS.indexOf(level) < LEVELS.indexOf(this.#options.level)) return
    const line = { time: clock.now().toISOString(), level, message }
    write(`${JSON.stringify({ ...fields, ...line }, (name, value: unknown) => this.#shown(name, value))}\n`)
  }

  #shown(name: string, value: unknown): unknown {
    if (this.#options.redact.includes(name.toLowerCase())) return MASK
    if (typeof value === 'bigint') return String(value)
    // An error has nothing that JSON would show.
    return value instanceof Error ? { ...value, name: value.name, message: value.message, stack: value.stack } : value
  }
}
