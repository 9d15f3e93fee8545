/** Compiles `src/` into `dist/`, from nothing, so that files of an earlier build cannot end up in the package. */
import { rmSync } from 'node:fs'
import { run } from './run.ts'

rmSync('dist', { recursive: true, force: true })
run('tsc', ['-p', 'tsconfig.build.json'])
