import { pathToFileURL } from 'node:url'
import { ConfigurationError } from '../../errors.ts'
import { isPlainObject } from '../../util/plain.ts'
import type { FindingLevel } from './catalogue.ts'
import type { Diagnostic } from './diagnostic.ts'
import type { DomainDescription } from './domain-description.ts'

/** What a rule of your own finds. */
export interface CustomFinding {
  /** Of your own, in the form of the others: `ORDER_WITHOUT_CUSTOMER`. */
  readonly code: string
  /** Name of the element, handler or service. */
  readonly element: string
  readonly field?: string
  readonly level: FindingLevel
  readonly message: string
  readonly rationale?: string
  readonly fix?: string
}

/** A rule of your own: `[lint] rules = ["./checks/naming.ts#shortNames"]`. */
export type CustomRule = (domain: DomainDescription) => readonly CustomFinding[] | Promise<readonly CustomFinding[]>

/**
 * Runs the rules that the configuration names. One that cannot be loaded, throws, or gives something else than findings is an error (`LINT_RULE_NOT_LOADED`,
 * `LINT_RULE_FAILED`), never a finding less.
 */
export async function runCustomRules(rules: readonly string[], folder: string, domain: DomainDescription): Promise<readonly Diagnostic[]> {
  const found: Diagnostic[] = []
  for (const name of rules) {
    const rule = await load(name, folder)
    let findings: unknown
    try {
      findings = await rule(domain)
    } catch (cause) {
      throw failed(name, `threw ${said(cause)}.`, cause)
    }
    if (!Array.isArray(findings) || !findings.every(isFinding))
      throw failed(name, 'gave something else than a list of findings { code, element, level, message }.')
    found.push(...findings.map(diagnosticOf))
  }
  return found
}

async function load(name: string, folder: string): Promise<CustomRule> {
  const [specifier = '', exported = ''] = name.split('#')
  const element = `config.lint.rules: ${name}`
  const fix = 'Write "<module>#<export>", the module as a path that begins with ./ from the root of the domain, or as a package.'
  let module: Record<string, unknown>
  try {
    const isPath = specifier.startsWith('.') || specifier.startsWith('/')
    const location = isPath ? new URL(specifier, pathToFileURL(`${folder}/`)).href : specifier
    module = (await import(/* @vite-ignore */ location)) as Record<string, unknown>
  } catch (cause) {
    throw new ConfigurationError(
      { code: 'LINT_RULE_NOT_LOADED', element, message: `could not be imported: ${said(cause)}.`, fix },
      { cause },
    )
  }
  const rule = Object.hasOwn(module, exported) ? module[exported] : undefined
  if (typeof rule === 'function') return rule as CustomRule
  throw new ConfigurationError({ code: 'LINT_RULE_NOT_LOADED', element, message: `has no function ${exported}.`, fix })
}

function failed(name: string, message: string, cause?: unknown): ConfigurationError {
  return new ConfigurationError(
    { code: 'LINT_RULE_FAILED', element: `config.lint.rules: ${name}`, message, fix: 'Correct the rule, or remove it.' },
    { cause },
  )
}

function isFinding(value: unknown): value is CustomFinding {
  if (!isPlainObject(value)) return false
  const texts = [value.code, value.element, value.message]
  const optional = [value.field, value.rationale, value.fix]
  return (
    texts.every((text) => typeof text === 'string' && text !== '') &&
    optional.every((text) => text === undefined || typeof text === 'string') &&
    (value.level === 'warn' || value.level === 'info')
  )
}

function diagnosticOf({ code, element, field, level, message, rationale = '', fix = '' }: CustomFinding): Diagnostic {
  return { code, category: 'custom', element, ...(field !== undefined && { field }), level, message, rationale, fix }
}

function said(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause)
}
