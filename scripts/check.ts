/**
 * Everything that has to hold before a change is merged; CI runs this. A step that fails does not stop the others.
 * Ends with the number of tests that ran, taken from Vitest's own reports.
 */
import { globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { statusOf } from './run.ts'

/** Names of npm scripts. The suite comes last, so that its summary stands at the end. */
const STEPS = [
  'typecheck',
  'typecheck:ts6',
  'types:budget',
  'lint',
  'deadcode',
  'package:check',
  'acceptance',
  'example',
  'test:databases',
  'test',
]

interface Report {
  readonly numPassedTests: number
  readonly numPendingTests: number
  readonly numTodoTests: number
  readonly testResults: readonly { readonly status: string; readonly assertionResults: readonly { readonly status: string }[] }[]
}

const reports = mkdtempSync(join(tmpdir(), 'proteanjs-reports-'))
const env = { ACCEPTANCE_REPORTS: reports, DATABASE_REPORTS: reports, TEST_REPORT: join(reports, 'suite.json') }
const failed: string[] = []

for (const [index, step] of STEPS.entries()) {
  console.log(`\n=== ${index + 1}/${STEPS.length} npm run ${step}\n`)
  if (statusOf('npm', ['run', '--silent', step], { env }) !== 0) failed.push(step)
}

const total = { passed: 0, failed: 0, skipped: 0 }
console.log('\n=== Summary\n')
for (const file of globSync('*.json', { cwd: reports }).sort()) {
  const report = JSON.parse(readFileSync(join(reports, file), 'utf8')) as Report
  const count = { passed: report.numPassedTests, failed: failures(report), skipped: report.numPendingTests + report.numTodoTests }
  console.log(`${file.replace('.json', '')}: ${count.passed} passed, ${count.failed} failed, ${count.skipped} skipped`)
  total.passed += count.passed
  total.failed += count.failed
  total.skipped += count.skipped
}
rmSync(reports, { recursive: true })

console.log(failed.length === 0 ? `all ${STEPS.length} steps passed` : `failed steps: ${failed.join(', ')}`)
console.log(`tests: ${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`)
process.exitCode = failed.length === 0 && total.passed > 0 ? 0 : 1

/** A file that fails as a whole, because it does not load or a hook of it throws, counts as one failure. */
function failures({ testResults }: Report): number {
  const perFile = testResults.map((file) => ({ file, failed: file.assertionResults.filter(({ status }) => status === 'failed').length }))
  return perFile.reduce((sum, { file, failed }) => sum + (file.status === 'failed' ? Math.max(failed, 1) : failed), 0)
}
