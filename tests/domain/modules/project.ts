import { execFile } from 'node:child_process'
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { onTestFinished } from 'vitest'
import { repository } from '../../support/source-file.ts'

/** A folder with these files, in which `proteanjs` can be imported; removed after the test. */
export function project(files: Record<string, string>): string {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'protean-modules-')))
  onTestFinished(() => rmSync(root, { recursive: true }))
  for (const [name, text] of Object.entries({ 'package.json': '{ "type": "module" }', ...files })) {
    mkdirSync(dirname(join(root, name)), { recursive: true })
    writeFileSync(join(root, name), text)
  }
  mkdirSync(join(root, 'node_modules'))
  symlinkSync(repository, join(root, 'node_modules', 'proteanjs'))
  return root
}

/** Runs a program in a process of its own, on the source of this package; gives what it prints. Fails after ten seconds, or when it fails. */
export function run(root: string, program: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const args = ['--conditions=proteanjs-source', program]
    execFile(process.execPath, args, { cwd: root, timeout: 10_000 }, (error, stdout, stderr) => {
      if (error === null) resolve(stdout)
      else reject(new Error(`${program} ended with ${error.code ?? error.signal}: ${stdout}${stderr}`))
    })
  })
}
