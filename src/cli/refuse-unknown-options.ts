import type { CommandDef } from 'citty'
import { nearest } from '../util/nearest.ts'
import { UsageError } from './usage-error.ts'

/** What is not known would be taken for something that was meant, and be left undone. */
export async function refuseUnknownOptions(command: CommandDef, args: readonly string[]): Promise<void> {
  const known = Object.keys((command.args ?? {}) as Readonly<Record<string, unknown>>)
  for (const arg of args) {
    const name = /^--?(?:no-)?([^=]+)/.exec(arg)?.[1]
    if (name === undefined || known.includes(name)) continue
    const meant = nearest(name, known)
    throw new UsageError(
      `There is no option ${arg.split('=')[0]}.${meant === undefined ? ` There are ${known.map((one) => `--${one}`).join(', ')}.` : ` Did you mean --${meant}?`}`,
    )
  }
}
