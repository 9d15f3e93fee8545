import type { CommandDef } from 'citty'
import { renderUsage, runCommand } from 'citty'
import { protean } from './commands.ts'
import { failureData, failureText, isUsage } from './failure.ts'
import type { Outcome } from './outcome.ts'
import { refuseUnknownOptions } from './refuse-unknown-options.ts'

interface Output {
  write(text: string): unknown
}

/** Exit codes: everything is fine, something was found or failed, the command was called wrongly. */
const OK = 0
const FAILED = 1
const MISUSED = 2

interface Found {
  readonly command: CommandDef
  readonly parent: CommandDef | undefined
  /** What comes after its name. */
  readonly rest: readonly string[]
}

/** Runs one command line; gives the exit code. Never throws for what a user or a domain may get wrong. */
export async function run(args: readonly string[], out: Output, err: Output): Promise<number> {
  const { command, parent, rest } = await commandFor(args)
  if (args.length === 0 || args.includes('--help') || args.includes('-h')) {
    out.write(`${await renderUsage(command, parent)}\n`)
    return args.length === 0 ? MISUSED : OK
  }
  try {
    await refuseUnknownOptions(command, rest)
    const outcome = (await runCommand(command, { rawArgs: [...rest] })).result as Outcome
    out.write(args.includes('--json') ? `${JSON.stringify(outcome.data)}\n` : ended(outcome.text))
    return outcome.hasFindings === true ? FAILED : OK
  } catch (error) {
    if (args.includes('--json')) out.write(`${JSON.stringify({ error: failureData(error) })}\n`)
    else err.write(ended(failureText(error)))
    return isUsage(error) ? MISUSED : FAILED
  }
}

/** The innermost command that the words name, with the one that it belongs to. */
async function commandFor(args: readonly string[]): Promise<Found> {
  let found: Found = { command: protean, parent: undefined, rest: args }
  for (const [at, word] of args.entries()) {
    const { subCommands } = found.command as { readonly subCommands?: Readonly<Record<string, () => Promise<CommandDef>>> }
    if (subCommands === undefined || !Object.hasOwn(subCommands, word)) break
    const command = await subCommands[word]?.()
    if (command === undefined) break
    found = { command, parent: found.command, rest: args.slice(at + 1) }
  }
  return found
}

function ended(text: string): string {
  return text === '' || text.endsWith('\n') ? text : `${text}\n`
}
