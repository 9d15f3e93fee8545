import type { Settings } from '../config/schema.ts'
import type { DomainFiles } from '../domain-files.ts'
import type { FindingCode } from './catalogue.ts'
import { CATALOGUE } from './catalogue.ts'
import { runCustomRules } from './custom-rules.ts'
import type { Diagnostic } from './diagnostic.ts'
import { describeDomain } from './domain-description.ts'
import type { CheckedDomain, Finding } from './finding.ts'
import { positionsOf } from './problem-log.ts'
import { RULES } from './rules.ts'

/** What is about the configuration comes first. */
const BEFORE_ALL = -1

/**
 * Everything that rules find in a domain that works, in the order of the declarations and, for one of them, of the catalogue; less what its
 * `suppressChecks` and the counts in `[lint.suppressions]` say is meant to be so. What a rule throws is thrown on.
 */
export async function lint(domain: CheckedDomain, files: DomainFiles): Promise<readonly Diagnostic[]> {
  const { registry, settings } = domain
  const { rules, suppressions } = settings.lint
  const custom = rules.length === 0 ? [] : await runCustomRules(rules, files.folder, describeDomain(registry))
  const subjects = [...positionsOf(registry).keys()]
  const isMeant = ({ code, element }: Diagnostic) => subjects.some((subject) => subject.name === element && isSuppressed(subject, code))
  return withoutCounted([...builtIn(domain), ...custom.filter((finding) => !isMeant(finding))], suppressions)
}

function builtIn(domain: CheckedDomain): readonly Diagnostic[] {
  const positions: ReadonlyMap<object, number> = positionsOf(domain.registry)
  const found = (Object.keys(CATALOGUE) as FindingCode[]).flatMap((code) =>
    RULES[code](domain).map((finding) => ({ code, position: positions.get(finding.subject) ?? BEFORE_ALL, ...finding })),
  )
  return found
    .filter(({ code, subject }) => !isSuppressed(subject, code))
    .toSorted((a, b) => a.position - b.position)
    .map(({ code, subject, field, message, fix }) => {
      const { category, level, rationale } = CATALOGUE[code]
      return { code, category, element: subject.name, ...(field !== undefined && { field }), level, message, rationale, fix }
    })
}

function isSuppressed({ options }: Finding['subject'], code: string): boolean {
  return (options.suppressChecks as readonly string[] | undefined)?.includes(code) === true
}

/** The first so many findings of a code are put up with; what comes on top is reported. */
function withoutCounted(diagnostics: readonly Diagnostic[], counts: Settings['lint']['suppressions']): readonly Diagnostic[] {
  const left = new Map(Object.entries(counts))
  return diagnostics.filter(({ code }) => {
    const rest = left.get(code) ?? 0
    left.set(code, rest - 1)
    return rest <= 0
  })
}
