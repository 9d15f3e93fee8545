import { nearest } from '../../util/nearest.ts'
import type { Settings } from '../config/schema.ts'
import { CATALOGUE } from './catalogue.ts'
import type { Report } from './problem-log.ts'

/** The codes that can be suppressed. With rules of the user's own there are codes that only those know. */
const CODES = Object.keys(CATALOGUE)

/** A code that does not exist suppresses nothing, and nobody would notice. */
export function checkSuppressions(
  { name, options }: { readonly name: string; readonly options: Readonly<Record<string, unknown>> },
  lint: Settings['lint'],
  report: Report,
): void {
  const { suppressChecks } = options
  if (!Array.isArray(suppressChecks)) return
  for (const code of suppressChecks.filter((code) => typeof code === 'string')) checkCode(code, name, 'suppressChecks', lint, report)
}

/** `[lint.suppressions]`: how many findings of a code are put up with. */
export function checkSuppressionCounts(lint: Settings['lint'], report: Report): void {
  for (const [code, count] of Object.entries(lint.suppressions)) {
    const element = `config.lint.suppressions.${code}`
    checkCode(code, element, 'suppressions', lint, report)
    if (count >= 0) continue
    report({ code: 'SUPPRESSION_INVALID', element, message: `is ${count}.`, fix: 'Give the number of findings that are put up with.' })
  }
}

function checkCode(code: string, element: string, where: string, lint: Settings['lint'], report: Report): void {
  if (CODES.includes(code)) return
  const meant = nearest(code, CODES)
  if (meant === undefined && lint.rules.length > 0) return
  report({
    code: 'SUPPRESSION_UNKNOWN',
    element,
    message: `names ${code} in ${where}, which is the code of no check.`,
    fix: meant === undefined ? 'See the list of checks.' : `Did you mean ${meant}?`,
  })
}
