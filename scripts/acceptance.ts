/**
 * Installs the packed package in an empty project outside the repository, puts copies of the acceptance programs beside it, type-checks
 * and runs them. They are kept beside the repository (`../shared/acceptance`); where that folder is absent there is nothing to check.
 */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { withConsumer } from './consumer.ts'
import { repository } from './run.ts'

interface Program {
  readonly folder: string
  /** What is type-checked, beside everything that it imports. */
  readonly sources: readonly string[]
  /** What is given to `vitest run`. */
  readonly arguments: readonly string[]
}

/** The one list of what is accepted so far. The engine's level joins it with the engine. */
const PROGRAMS: readonly Program[] = [
  {
    folder: 'ecommerce',
    sources: ['tests/level-1-domain.test.ts', 'tests/level-2-sync-flow.test.ts'],
    arguments: ['tests/level-1-domain.test.ts', 'tests/level-2-sync-flow.test.ts'],
  },
  { folder: 'bookshelf', sources: ['vitest.config.ts', 'tests/setup.ts', 'tests/steps.ts'], arguments: ['--mode', 'memory'] },
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

withConsumer(['@types/node', 'quickpickle', 'typescript', 'vitest'], (consumer) => {
  for (const { folder, sources, arguments: args } of PROGRAMS) {
    console.log(`\n-- ${folder}`)
    consumer.copy(join(originals, folder), folder)
    consumer.write(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions: OPTIONS, files: sources }))
    const checked = consumer.node('typescript/bin/tsc', '-p', folder)
    const passed = consumer.node('vitest/vitest.mjs', 'run', '--root', folder, ...args, ...reporters(folder))
    if (!checked || !passed) process.exitCode = 1
  }
})

function reporters(name: string): string[] {
  return reports === undefined ? [] : ['--reporter=default', '--reporter=json', `--outputFile.json=${join(reports, `${name}.json`)}`]
}
