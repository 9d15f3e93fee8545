/**
 * Installs the packed package in an empty project outside the repository, puts copies of the acceptance programs beside it, type-checks
 * and runs them. They are kept beside the repository (`../shared/acceptance`); where that folder is absent there is nothing to check.
 */
import { existsSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import type { Server } from './acceptance-servers.ts'
import { passesOn } from './acceptance-servers.ts'
import { withConsumer } from './consumer.ts'
import { repository } from './run.ts'

interface Program {
  readonly folder: string
  /** What is type-checked, beside everything that it imports. */
  readonly sources: readonly string[]
  /** What is given to `vitest run`. */
  readonly arguments: readonly string[]
  /** Ports on this machine that must be open. Where one is not, the program is not run; with CI set, that is a failure. */
  readonly services?: readonly number[]
  /** Assigned to a domain that has no configuration file, from outside. */
  readonly servers?: readonly Server[]
}

const LEVELS = ['tests/level-1-domain.test.ts', 'tests/level-2-sync-flow.test.ts', 'tests/level-3-engine.test.ts']

const PROGRAMS: readonly Program[] = [
  { folder: 'ecommerce', sources: LEVELS, arguments: LEVELS },
  { folder: 'ecommerce', sources: [], arguments: LEVELS, services: [5432], servers: ['postgresql'] },
  // The same with handlers that read streams of Redis.
  { folder: 'ecommerce', sources: [], arguments: LEVELS, services: [5432, 6379], servers: ['postgresql', 'redis'] },
  { folder: 'bookshelf', sources: ['vitest.config.ts', 'tests/setup.ts', 'tests/steps.ts'], arguments: ['--mode', 'memory'] },
  { folder: 'bookshelf', sources: [], arguments: ['--mode', 'sqlite'] },
  // PostgreSQL and Redis, where the environment's DATABASE_URL and REDIS_URL say, or on this machine.
  { folder: 'bookshelf', sources: [], arguments: [], services: [5432, 6379] },
]

const OPTIONS = {
  strict: true,
  noUncheckedIndexedAccess: true,
  exactOptionalPropertyTypes: true,
  verbatimModuleSyntax: true,
  erasableSyntaxOnly: true,
  allowImportingTsExtensions: true,
  noEmit: true,
  target: 'es2023',
  module: 'nodenext',
  types: ['node'],
  skipLibCheck: true,
}

const originals = join(repository, '..', 'shared', 'acceptance')
if (!existsSync(originals)) {
  console.log(`NOT RUN: there are no acceptance programs at ${originals}`)
  process.exit(0)
}

// Where to put Vitest's reports, one for each program, for whoever counts the tests.
const reports = process.env.ACCEPTANCE_REPORTS

const closed = new Set<number>()
for (const port of new Set(PROGRAMS.flatMap(({ services = [] }) => services))) if (!(await isOpen(port))) closed.add(port)

await withConsumer(['@types/node', 'pg', 'quickpickle', 'redis', 'typescript', 'vitest'], async (consumer) => {
  for (const { folder: original, sources, arguments: args, services = [], servers = [] } of PROGRAMS) {
    const folder = [original, ...servers].join('-')
    console.log(`\n-- ${[folder, ...args].join(' ')}`)
    const missing = services.filter((port) => closed.has(port))
    if (missing.length > 0) {
      console.log(`NOT RUN: nothing listens on port ${missing.join(', ')} of this machine`)
      if (process.env.CI !== undefined) process.exitCode = 1
      continue
    }
    consumer.copy(join(originals, original), folder)
    consumer.write(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions: OPTIONS, files: sources }))
    const checked = sources.length === 0 || consumer.node('typescript/bin/tsc', '-p', folder)
    const name = [folder, ...args.filter((word) => /^\w+$/.test(word))].join('-')
    const run = () => consumer.node('vitest/vitest.mjs', 'run', '--root', folder, ...args, ...reporters(name))
    const passed = servers.length === 0 ? run() : await passesOn(servers, consumer, folder, run)
    if (!checked || !passed) process.exitCode = 1
  }
})

function reporters(name: string): string[] {
  return reports === undefined ? [] : ['--reporter=default', '--reporter=json', `--outputFile.json=${join(reports, `${name}.json`)}`]
}

function isOpen(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false))
    socket.once('connect', () => socket.destroy())
  })
}
