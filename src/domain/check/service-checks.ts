import type { DeclaredService, Registry } from '../registry.ts'
import type { Report } from './problem-log.ts'
import { lookUp } from './references.ts'

/** A service belongs to the aggregates that it works on: an application service to one, a domain service to several. */
export function checkService(registry: Registry, service: DeclaredService, report: Report): void {
  const { kind, name } = service
  const { partOf } = service.options
  const isDomainService = kind === 'domain service'
  if (partOf === undefined) {
    report({
      code: 'PART_OF_MISSING',
      element: name,
      message: `is ${isDomainService ? 'a domain service' : 'an application service'} of nothing.`,
      fix: isDomainService ? 'Add { partOf: [A, B] } with the aggregates that it works on.' : 'Add { partOf: … } with its aggregate.',
    })
    return
  }
  // What is no list is reported with the options.
  const refs: readonly unknown[] = isDomainService ? (Array.isArray(partOf) ? partOf : []) : [partOf]
  for (const ref of refs) {
    const reference = { element: name, via: 'partOf', ref, kinds: ['aggregate'], code: 'PART_OF_INVALID' } as const
    lookUp(registry, { ...reference, allowsAbstract: true }, report)
  }
  if (!isDomainService || !Array.isArray(partOf) || new Set(refs).size >= 2) return
  report({
    code: 'SERVICE_TOO_NARROW',
    element: name,
    message: `is a domain service of ${refs.length === 0 ? 'no aggregate' : 'one aggregate only'}.`,
    fix: 'Name two aggregates or more; what concerns one alone is a method of that one.',
  })
}
