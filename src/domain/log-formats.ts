import type { LogFields } from '../ports/logger.ts'
import type { Level } from './log-levels.ts'

export interface LogLine {
  readonly time: Date
  readonly level: Level
  readonly message: string
  readonly fields: LogFields
}

/** Gives a line, or several, with the end of the last one. */
export type LogFormat = (line: LogLine) => string

/** Whether `auto` means lines for people: where the environment is one in which people look at them. */
const READ_BY_PEOPLE = ['development', 'test']
const MASK = '***'

/** The format for `logging.format`. `redact` names what is masked, wherever it is. */
export function formatOf(configured: 'auto' | 'console' | 'json', environment: string | undefined, redact: readonly string[]): LogFormat {
  const shown = shownBy(new Set(redact.map((name) => name.toLowerCase())))
  const isForPeople = configured === 'auto' ? READ_BY_PEOPLE.includes(environment ?? '') : configured === 'console'
  return isForPeople ? consoleFormat(shown) : jsonFormat(shown)
}

type Shown = (name: string, value: unknown) => unknown

/** One line of JSON. */
function jsonFormat(shown: Shown): LogFormat {
  return ({ time, level, message, fields }) => `${JSON.stringify({ ...fields, time: time.toISOString(), level, message }, shown)}\n`
}

/** Time of day, level and message, then the values. Stacks follow on lines of their own. */
function consoleFormat(shown: Shown): LogFormat {
  return ({ time, level, message, fields }) => {
    const stacks: string[] = []
    const values = Object.entries(fields).flatMap(([name, value]) => {
      if (value === undefined) return []
      const seen = shown(name, value)
      if (value instanceof Error && seen !== MASK) {
        stacks.push(value.stack ?? String(value))
        return [`${name}=${JSON.stringify(String(value))}`]
      }
      return [`${name}=${typeof seen === 'string' && /^[^\s"=]+$/.test(seen) ? seen : JSON.stringify(seen, shown)}`]
    })
    const clock = time.toISOString().slice(11, 23)
    const first = [clock, level.toUpperCase().padEnd(5), message.replaceAll('\n', '\\n'), ...values].join(' ')
    return `${[first, ...stacks.map((stack) => stack.replaceAll(/^/gm, '  '))].join('\n')}\n`
  }
}

/** What JSON shows of a value that has a name. */
function shownBy(masked: ReadonlySet<string>): Shown {
  return (name, value) => {
    if (masked.has(name.toLowerCase())) return MASK
    if (typeof value === 'bigint') return String(value)
    // An error has nothing that JSON would show.
    return value instanceof Error ? { ...value, name: value.name, message: value.message, stack: value.stack } : value
  }
}
