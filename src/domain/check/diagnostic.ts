import type { Problem } from '../../errors.ts'
import type { FindingCategory, FindingLevel } from './catalogue.ts'

/** One finding in a domain that works: what it is about, why it matters and what to do. */
export interface Diagnostic {
  /** Stable; of the catalogue, or of a rule of the user's own. */
  readonly code: string
  readonly category: FindingCategory | 'custom'
  readonly element: string
  /** The field of the element that it is about. */
  readonly field?: string
  readonly level: FindingLevel
  readonly message: string
  readonly rationale: string
  readonly fix: string
}

/** What `domain.check()` found. */
export interface CheckResult {
  readonly domain: string
  /** `fail` with errors; otherwise the highest level of the diagnostics, among those that `lint.level` counts. */
  readonly status: 'fail' | 'warn' | 'info' | 'pass'
  /** What `init()` would throw. */
  readonly errors: readonly Problem[]
  /** All findings, also of levels that do not count. None when there are errors: they would not make sense. */
  readonly diagnostics: readonly Diagnostic[]
  readonly counts: { readonly errors: number; readonly warnings: number; readonly infos: number }
}
