/** Runs `bench/*.bench.ts`, each in a process of its own; arguments select by part of the file name: `npm run bench -- commit`. */
import { globSync } from 'node:fs'
import { run } from './run.ts'

const wanted = process.argv.slice(2)
const all = globSync('bench/*.bench.ts').sort()
const files = all.filter((file) => wanted.length === 0 || wanted.some((part) => file.includes(part)))
if (files.length === 0) {
  console.error(`no benchmark matches "${wanted.join(' ')}". There are: ${all.join(', ')}`)
  process.exitCode = 2
}
for (const file of files) {
  console.log(`\n=== ${file}`)
  run(process.execPath, ['--expose-gc', '--conditions=proteanjs-source', file])
}
