import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, relative } from 'node:path'
import { repository, run, statusOf } from './run.ts'

/** An empty project outside the repository, in which the packed package is installed the way its users install it. */
export interface Consumer {
  readonly folder: string
  write(file: string, content: string): void
  /** Copies what is in a folder, without its permissions: the original may be read-only. */
  copy(from: string, to: string): void
  /** Runs a script of an installed package under the Node that runs this one. Tells whether it succeeded. */
  node(script: string, ...args: string[]): boolean
}

/** Packs what is in `dist/` now. Returns the path of the tarball, in `folder`. */
function pack(folder: string): string {
  const packed = spawnSync('npm', ['pack', '--json', '--ignore-scripts', '--pack-destination', folder], {
    cwd: repository,
    encoding: 'utf8',
  })
  if (packed.status !== 0) throw new Error(`npm pack failed: ${packed.stderr}`)
  const [report] = JSON.parse(packed.stdout) as { filename: string }[]
  if (report === undefined) throw new Error('npm pack reports no package')
  return join(folder, report.filename)
}

/** Runs `work` in a new project with the package and `dependencies` installed, each in the version that this repository uses. */
export async function withConsumer(
  dependencies: readonly string[],
  work: (consumer: Consumer, tarball: string) => void | Promise<void>,
): Promise<void> {
  // npm records file dependencies by real path, which differs where the temporary folder is a link.
  const folder = mkdtempSync(join(realpathSync(tmpdir()), 'proteanjs-consumer-'))
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }))
  const path = (...parts: string[]) => join(folder, ...parts)
  const tarball = pack(folder)
  writeFileSync(path('package.json'), '{ "name": "consumer", "private": true, "type": "module" }\n')
  run('npm', ['install', '--no-audit', '--no-fund', '--prefer-offline', tarball, ...dependencies.map(pinned)], { cwd: folder })
  const write = (file: string, content: string | Buffer) => {
    mkdirSync(dirname(path(file)), { recursive: true })
    writeFileSync(path(file), content)
  }
  await work(
    {
      folder,
      write,
      copy: (from, to) => {
        const files = readdirSync(from, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
        for (const { parentPath, name } of files) write(join(to, relative(from, parentPath), name), readFileSync(join(parentPath, name)))
      },
      node: (script, ...args) => statusOf(process.execPath, [path('node_modules', script), ...args], { cwd: folder }) === 0,
    },
    tarball,
  )
}

function pinned(name: string): string {
  const { version } = JSON.parse(readFileSync(join(repository, 'node_modules', name, 'package.json'), 'utf8')) as { version: string }
  return `${name}@${version}`
}
