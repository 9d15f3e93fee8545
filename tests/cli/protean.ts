import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { shellEnvironment } from '../support/shell-environment.ts'
import { repository } from '../support/source-file.ts'

export interface Ended {
  readonly code: number
  readonly out: string
  readonly err: string
}

export interface Surroundings {
  /** Working directory. */
  readonly cwd?: string
  readonly env?: Readonly<Record<string, string>>
}

/** A domain for tests, by the name of its module. */
export function domainFile(name: string): string {
  return join(repository, 'tests/cli/domains', `${name}.ts`)
}

/** Runs the command in a process of its own, as a shell would. */
export function protean(args: readonly string[], { cwd = repository, env = {} }: Surroundings = {}): Promise<Ended> {
  const main = join(repository, 'src/cli/main.ts')
  const all = ['--conditions=proteanjs-source', '--disable-warning=ExperimentalWarning', main, ...args]
  return new Promise((resolve) => {
    execFile(process.execPath, all, { cwd, env: shellEnvironment({ NO_COLOR: '1', ...env }) }, (error, out, err) => {
      resolve({ code: error === null ? 0 : Number(error.code), out, err })
    })
  })
}
