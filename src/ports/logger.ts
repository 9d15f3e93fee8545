/** Values by name that belong to a line. */
export type LogFields = Readonly<Record<string, unknown>>

/**
 * Where the framework writes what an operator should know. The methods are those of pino, values before the text, so that a pino logger is one as it is; others
 * take a few lines. The framework never logs parameters of queries or payloads of messages.
 */
export interface Logger {
  debug(fields: LogFields, message: string): void
  info(fields: LogFields, message: string): void
  warn(fields: LogFields, message: string): void
  error(fields: LogFields, message: string): void
}
