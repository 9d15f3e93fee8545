import { spawn } from 'node:child_process'
import { cpSync, globSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { transformWithOxc } from 'vite'
import { shellEnvironment } from '../support/shell-environment.ts'
import { repository } from '../support/source-file.ts'

/** What `vitest run` printed, and whether it succeeded. */
interface Run {
  readonly passed: boolean
  readonly output: string
}

/** A project outside the repository in which the package is installed, to run Vitest in. */
export interface Consumer {
  write(files: Readonly<Record<string, string>>): void
  /** Copies a folder of the repository, with all that is in it. */
  copy(folder: string): void
  /** Runs `vitest run` with these arguments; `env` on top of an environment that knows nothing of the surrounding Vitest. */
  vitest(args?: readonly string[], env?: Readonly<Record<string, string>>): Promise<Run>
  dispose(): void
}

/** `installed`: a copy in `node_modules`, as from the registry. `linked`: a link to a folder elsewhere, as by `npm link` or a workspace. */
export async function makeConsumer(how: 'installed' | 'linked'): Promise<Consumer> {
  const folder = mkdtempSync(join(realpathSync(tmpdir()), 'proteanjs-vitest-'))
  const at = (...parts: string[]) => join(folder, ...parts)
  const project = at('project')
  mkdirSync(join(project, 'node_modules'), { recursive: true })
  const installed = join(project, 'node_modules', 'proteanjs')
  const copy = how === 'installed' ? installed : at('packages', 'proteanjs')
  await copyPackage(copy)
  if (how === 'linked') symlinkSync(copy, installed, 'dir')
  // Found from the project and, going up, from where the linked package is.
  mkdirSync(at('node_modules'))
  for (const name of ['vitest', 'vite', '@vitest', 'quickpickle', 'smol-toml', 'pg']) {
    symlinkSync(join(repository, 'node_modules', name), at('node_modules', name), 'dir')
  }
  writeFileSync(join(project, 'package.json'), '{ "type": "module" }')
  return {
    write(files) {
      for (const [name, text] of Object.entries(files)) {
        mkdirSync(dirname(join(project, name)), { recursive: true })
        writeFileSync(join(project, name), text)
      }
    },
    copy: (from) => cpSync(join(repository, from), project, { recursive: true }),
    vitest: (args = [], env = {}) => run(project, ['run', '--reporter=default', ...args], env),
    dispose: () => rmSync(folder, { recursive: true, force: true }),
  }
}

/** The package as it is published, JavaScript in `dist`, without waiting for the compiler. */
async function copyPackage(to: string): Promise<void> {
  mkdirSync(to, { recursive: true })
  cpSync(join(repository, 'package.json'), join(to, 'package.json'))
  for (const path of globSync('**/*.ts', { cwd: join(repository, 'src') })) {
    const source = readFileSync(join(repository, 'src', path), 'utf8')
    const { code } = await transformWithOxc(source, join('/', path), { target: 'es2023', sourcemap: false })
    const target = join(to, 'dist', path.replace(/\.ts$/, '.js'))
    mkdirSync(dirname(target), { recursive: true })
    writeFileSync(target, code.replaceAll(/(["'])(\.{1,2}\/[^"']+)\.ts\1/g, '$1$2.js$1'))
  }
}

function run(cwd: string, args: readonly string[], env: Readonly<Record<string, string>>): Promise<Run> {
  const vitest = join(repository, 'node_modules', 'vitest', 'vitest.mjs')
  const child = spawn(process.execPath, [vitest, ...args], { cwd, env: shellEnvironment({ NO_COLOR: '1', ...env }) })
  return new Promise((resolve, reject) => {
    const parts: string[] = []
    child.stdout.setEncoding('utf8').on('data', (part: string) => parts.push(part))
    child.stderr.setEncoding('utf8').on('data', (part: string) => parts.push(part))
    child.on('error', reject)
    child.on('close', (code) => resolve({ passed: code === 0, output: parts.join('') }))
  })
}
