import { spawnSync } from 'node:child_process'
import { join } from 'node:path'

export const repository = join(import.meta.dirname, '..')

interface RunOptions {
  /** Where the command runs; the repository by default. */
  readonly cwd?: string
  readonly env?: Record<string, string>
}

/** Runs a command with its output shown, and ends this script with the command's exit code if it fails. */
export function run(command: string, args: readonly string[], options: RunOptions = {}): void {
  const status = statusOf(command, args, options)
  if (status !== 0) {
    console.error(`failed with exit code ${status}: ${command} ${args.join(' ')}`)
    process.exit(status)
  }
}

/** Runs a command with its output shown and tells its exit code. A command that cannot start or that a signal ends counts as 1. */
export function statusOf(command: string, args: readonly string[], { cwd = repository, env = {} }: RunOptions = {}): number {
  const { error, status } = spawnSync(command, args, { cwd, env: { ...process.env, ...env }, stdio: ['ignore', 'inherit', 'inherit'] })
  if (error !== undefined) console.error(error.message)
  return status ?? 1
}
