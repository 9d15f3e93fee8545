/**
 * What a large domain costs the type checker: 200 aggregates of 10 fields with everything that belongs to them, generated into a temporary
 * folder and checked by `tsc` from nothing, against the declarations that the package publishes. Instantiations are the same on every machine,
 * so their number is the gate; the time is one too, but only a mistake of another order of magnitude reaches it.
 * After a change of types that costs more and is worth it, set the budget to about 15 % above the number printed.
 */
import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { repository, statusOf } from './run.ts'
import { domainFile, moduleFile } from './type-budget-domain.ts'

const MODULES = 200
const BUDGET = { instantiations: 730_000, seconds: 10 }

const folder = mkdtempSync(join(tmpdir(), 'proteanjs-types-'))
try {
  const figures = check(folder)
  const tooMuch = figures.instantiations > BUDGET.instantiations
  const tooSlow = figures.seconds >= BUDGET.seconds
  console.log(`instantiations: ${figures.instantiations} of at most ${BUDGET.instantiations}${tooMuch ? ': TOO MANY' : ''}`)
  console.log(`type check: ${figures.seconds} s of less than ${BUDGET.seconds} s${tooSlow ? ': TOO SLOW' : ''}`)
  console.log(`types: ${figures.types}, memory: ${figures.memory}`)
  if (tooMuch || tooSlow) process.exitCode = 1
} finally {
  rmSync(folder, { recursive: true })
}

interface Figures {
  readonly instantiations: number
  readonly types: number
  readonly memory: string
  /** All of it, from start to exit. */
  readonly seconds: number
}

function check(folder: string): Figures {
  if (statusOf('tsc', ['-p', 'tsconfig.build.json', '--emitDeclarationOnly', '--outDir', join(folder, 'proteanjs')]) !== 0)
    throw new Error('the package itself does not type-check')
  mkdirSync(join(folder, 'src'))
  writeFileSync(join(folder, 'src', 'domain.ts'), domainFile())
  for (let at = 0; at < MODULES; at += 1) writeFileSync(join(folder, 'src', `module-${at}.ts`), moduleFile(at))
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }')
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(projectOptions(), undefined, 2))
  // With several threads, the number would depend on how the files are shared out among them.
  const { status, stdout, stderr } = spawnSync('tsc', ['-p', folder, '--extendedDiagnostics', '--singleThreaded'], { encoding: 'utf8' })
  if (status !== 0) throw new Error(`the generated domain does not type-check:\n${`${stderr}${stdout}`.slice(0, 3000)}`)
  return {
    instantiations: Number(figure(stdout, 'Instantiations')),
    types: Number(figure(stdout, 'Types')),
    memory: figure(stdout, 'Memory used'),
    seconds: Number.parseFloat(figure(stdout, 'Total time')),
  }
}

function figure(output: string, name: string): string {
  const found = new RegExp(`^${name}:\\s+(\\S+)$`, 'm').exec(output)?.[1]
  if (found === undefined) throw new Error(`tsc printed no "${name}":\n${output}`)
  return found
}

function projectOptions(): object {
  return {
    compilerOptions: {
      target: 'es2023',
      lib: ['es2023', 'esnext.disposable'],
      module: 'nodenext',
      strict: true,
      noUncheckedIndexedAccess: true,
      exactOptionalPropertyTypes: true,
      verbatimModuleSyntax: true,
      erasableSyntaxOnly: true,
      allowImportingTsExtensions: true,
      noEmit: true,
      skipLibCheck: true,
      types: ['node'],
      typeRoots: [join(repository, 'node_modules', '@types')],
      paths: { proteanjs: ['./proteanjs/index.d.ts'] },
    },
    include: ['src'],
  }
}
