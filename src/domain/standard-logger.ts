import type { LogFields, Logger } from '../ports/logger.ts'
import type { Clock } from '../util/runtime/clock.ts'
import type { LogFormat } from './log-formats.ts'
import { formatOf } from './log-formats.ts'
import type { Level, LevelSettings } from './log-levels.ts'
import { levelRule } from './log-levels.ts'

export interface StandardLoggerOptions {
  isWritten(level: Level, fields: LogFields): boolean
  readonly format: LogFormat
  readonly clock: Clock
  write(text: string): void
}

export interface LogSettings extends LevelSettings {
  readonly format: 'auto' | 'console' | 'json'
  /** Names of fields whose values are masked. */
  readonly redact: readonly string[]
}

/** The logger of a domain that was given none: on the standard error. */
export function standardLogger(settings: LogSettings, clock: Clock): StandardLogger {
  const environment = process.env.PROTEAN_ENV
  return new StandardLogger({
    isWritten: levelRule(settings, environment),
    format: formatOf(settings.format, environment, settings.redact),
    clock,
    write: (text) => process.stderr.write(text),
  })
}

/** Writes what its rule lets through, in its format. */
export class StandardLogger implements Logger {
  readonly #options: StandardLoggerOptions

  constructor(options: StandardLoggerOptions) {
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
    const { isWritten, format, clock, write } = this.#options
    if (isWritten(level, fields)) write(format({ time: clock.now(), level, message, fields }))
  }
}
