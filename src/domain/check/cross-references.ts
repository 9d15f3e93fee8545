import type { ElementDefinition } from '../../model/definition.ts'
import type { FieldSpec } from '../../model/field-spec.ts'
import { closureOf, targetOf } from './closure.ts'
import type { CheckedDomain } from './finding.ts'

/** A field somewhere in one aggregate that refers to another. */
export interface CrossReference {
  readonly from: ElementDefinition
  readonly to: ElementDefinition
  /** The element that has the field: the aggregate, or an entity inside it. */
  readonly holder: ElementDefinition
  readonly field: string
}

/** All references from one aggregate to another; those inside one are no business of others. */
export function crossReferences({ elements }: Pick<CheckedDomain, 'elements'>): readonly CrossReference[] {
  return elements
    .filter(({ kind }) => kind === 'aggregate')
    .flatMap((from) =>
      closureOf(from).parts.flatMap((holder) =>
        [...holder.fields].flatMap(([field, spec]) => {
          const to = referred(holder, spec)
          return to?.kind === 'aggregate' && to !== from && !from.isA(to) ? [{ from, to, holder, field }] : []
        }),
      ),
    )
}

/** What a reference refers to, also one that is the item of a list. */
function referred(holder: ElementDefinition, field: FieldSpec): ElementDefinition | undefined {
  for (let spec: FieldSpec | undefined = field; spec !== undefined; spec = spec.rule.item)
    if (spec.kind === 'reference') return targetOf(holder, spec)
  return undefined
}

/** Aggregates that refer to each other, directly or by way of others: each set once, in the order of the aggregates. */
export function circles(references: readonly CrossReference[]): readonly (readonly ElementDefinition[])[] {
  const aggregates = [...new Set(references.flatMap(({ from, to }) => [from, to]))]
  const reach = new Map(aggregates.map((aggregate) => [aggregate, reachable(aggregate, references)]))
  const found: ElementDefinition[][] = []
  for (const aggregate of aggregates) {
    if (found.some((circle) => circle.includes(aggregate)) || reach.get(aggregate)?.has(aggregate) !== true) continue
    found.push(aggregates.filter((other) => reach.get(aggregate)?.has(other) === true && reach.get(other)?.has(aggregate) === true))
  }
  return found
}

/** Where references lead; the start itself only when they lead back. */
function reachable(start: ElementDefinition, references: readonly CrossReference[]): ReadonlySet<ElementDefinition> {
  const reached = new Set<ElementDefinition>()
  const next = [start]
  for (let at = next.pop(); at !== undefined; at = next.pop()) {
    for (const { from, to } of references) {
      if (from !== at || reached.has(to)) continue
      reached.add(to)
      next.push(to)
    }
  }
  return reached
}
