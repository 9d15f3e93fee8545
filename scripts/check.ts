/**
 * Everything that has to hold before a change is merged; CI runs this. A step that fails does not stop the others.
 * Ends with the number of tests that ran, taken from Vitest's own reports.
 */
import { globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { statusOf } from './run.ts'

/** Names of npm scripts. The suite comes last, so that its summary stands at the end. */
const STEPS = ['typecheck', 'typecheck:ts6', 'lint', 'deadcode', 'package:check', 'acceptance', 'example', 'test']

interface Report {
  readonly numPassedTests: number
  readonly numFailedTests: number
  readonly numPendingTests: number
  readonly numTodoTests: number
}

const reports = mkdtempSync(join(tmpdir(), 'proteanjs-reports-'))
const env = { ACCEPTANCE_REPORTS: reports, TEST_REPORT: join(reports, 'suite.json') }
const failed: string[] = []

for (const [index, step] of STEPS.entries()) {
  console.log(`\n=== ${index + 1}/${STEPS.length} npm run ${step}\n`)
  if (statusOf('npm', ['run', '--silent', step], { env }) !== 0) failed.push(step)
}

const total = { passed: 0, failed: 0, skipped: 0 }
console.log('\n=== Summary\n')
for (const file of globSync('*.json', { cwd: reports }).sort()) {
  const report = JSON.parse(readFileSync(join(reports, file), 'utf8')) as Report
  const skipped = report.numPendingTests + report.numTodoTests
  console.log(`${file.replace('.json', '')}: ${report.numPassedTests} passed, ${report.numFailedTests} failed, ${skipped} skipped`)
  total.passed += report.numPassedTests
  total.failed += report.numFailedTests
  total.skipped += skipped
}
rmSync(reports, { recursive: true })

console.log(failed.length === 0 ? `all ${STEPS.length} steps passed` : `failed steps: ${failed.join(', ')}`)
console.log(`tests: ${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`)
process.exitCode = failed.length === 0 && total.passed > 0 ? 0 : 1
