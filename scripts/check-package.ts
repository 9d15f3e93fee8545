/**
 * Checks the package as its users get it: the metadata, the types under every module resolution, the files in the tarball, and that
 * every entry point loads and type-checks in an empty project that has none of the optional peers.
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { withConsumer } from './consumer.ts'
import { repository, run } from './run.ts'

/** Entry points for a project that uses Vitest: they need that peer, by name and by type. The acceptance programs load them. */
const FOR_VITEST = ['./vitest', './vitest/plugin']

const { exports } = JSON.parse(readFileSync(join(repository, 'package.json'), 'utf8')) as { exports: Record<string, unknown> }
const entries = Object.keys(exports)
  .filter((entry) => !entry.endsWith('.json') && !FOR_VITEST.includes(entry))
  .map((entry) => join('proteanjs', entry))

await withConsumer(['@types/node'], (consumer, tarball) => {
  run('publint', ['run', tarball, '--strict'])
  run('attw', [tarball, '--profile', 'esm-only'])

  consumer.write('load.mjs', entries.map((entry) => `await import('${entry}')\n`).join(''))
  run(process.execPath, ['load.mjs'], { cwd: consumer.folder })

  const options = { strict: true, target: 'es2023', module: 'nodenext', types: ['node'], skipLibCheck: false, noEmit: true }
  consumer.write('tsconfig.json', JSON.stringify({ compilerOptions: options, files: ['types.ts'] }))
  consumer.write('types.ts', entries.map((entry, index) => `export type * as entry${index} from '${entry}'\n`).join(''))
  for (const typescript of ['typescript', 'typescript-6']) {
    run(process.execPath, [join(repository, 'node_modules', typescript, 'bin', 'tsc'), '-p', '.'], { cwd: consumer.folder })
  }
})
