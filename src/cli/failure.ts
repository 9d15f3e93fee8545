import { ConfigurationError, isProteanError } from '../errors.ts'
import { UsageError } from './usage-error.ts'

/** Whether it is the call that is wrong, not what it met. The parser of command lines has errors of its own. */
export function isUsage(error: unknown): boolean {
  return error instanceof UsageError || (error instanceof Error && error.name === 'CLIError')
}

/** For a person: every mistake on a line of its own. A stack only for what nobody has foreseen. */
export function failureText(error: unknown): string {
  if (error instanceof ConfigurationError) return error.problems.map(problemText).join('\n')
  if (isUsage(error)) return `${(error as Error).message}\nprotean --help says what there is.`
  if (isProteanError(error)) return `[${error.code}] ${error.message}`
  return error instanceof Error ? (error.stack ?? error.message) : String(error)
}

/** For a program. */
export function failureData(error: unknown): Readonly<Record<string, unknown>> {
  const message = error instanceof Error ? error.message : String(error)
  if (isUsage(error)) return { code: 'USAGE', message }
  if (error instanceof ConfigurationError) return { code: error.code, message, problems: error.problems }
  return isProteanError(error) ? { code: error.code, message } : { code: 'UNEXPECTED', message }
}

function problemText({ code, element, message, fix }: ConfigurationError['problems'][number]): string {
  return `[${code}] ${element}: ${message} ${fix}`.trim()
}
