import { readFileSync } from 'node:fs'
import type { Problem } from '../../errors.ts'
import { ConfigurationError } from '../../errors.ts'
import { isFactEvent } from '../../model/fact-event.ts'
import type { Settings } from '../config/schema.ts'
import type { DomainFiles } from '../domain-files.ts'
import type { Registry } from '../registry.ts'
import type { CheckResult, Diagnostic } from './diagnostic.ts'
import type { Inspection } from './inspect.ts'
import { lint } from './lint.ts'

const RANK = { error: 2, warn: 1, info: 0 } as const

/**
 * Makes the report of a check. What `inspect` throws as `ConfigurationError` is an error of the domain; a rule that cannot be run is thrown on, because a
 * finding less would look like a pass. `running` are modules in the midst of a call to the domain; undefined leaves its files alone.
 */
export async function checkDomain(
  registry: Registry,
  files: DomainFiles,
  running: readonly string[] | undefined,
  inspect: () => Promise<Inspection & { readonly settings: Settings }>,
): Promise<CheckResult> {
  const { domainName } = registry
  const inspected = await withoutThrowing(inspect)
  if ('errors' in inspected) return report(domainName, 'warn', inspected.errors, [])
  const { handlers, problems, settings } = inspected
  if (problems.length > 0) return report(domainName, settings.lint.level, problems, [])
  const modules = running === undefined ? [] : files.modules(running)
  const sources = modules.map((path) => ({ path, text: readFileSync(path, 'utf8') }))
  // Fact events are the framework's own.
  const elements = registry.elements.filter((element) => !element.isAbstract && !isFactEvent(element))
  const diagnostics = await lint({ registry, elements, handlers, settings, sources }, files)
  return report(domainName, settings.lint.level, [], diagnostics)
}

async function withoutThrowing<Result>(inspect: () => Promise<Result>): Promise<Result | { readonly errors: readonly Problem[] }> {
  try {
    return await inspect()
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error
    return { errors: error.problems }
  }
}

function report(
  domain: string,
  level: Settings['lint']['level'],
  errors: readonly Problem[],
  diagnostics: readonly Diagnostic[],
): CheckResult {
  const warnings = diagnostics.filter((diagnostic) => diagnostic.level === 'warn').length
  const infos = diagnostics.length - warnings
  const counting = diagnostics.filter((diagnostic) => RANK[diagnostic.level] >= RANK[level])
  const worst = counting.some((diagnostic) => diagnostic.level === 'warn') ? 'warn' : 'info'
  const status = errors.length > 0 ? 'fail' : counting.length > 0 ? worst : 'pass'
  return { domain, status, errors, diagnostics, counts: { errors: errors.length, warnings, infos } }
}
