import type { Problem } from '../../errors.ts'
import type { HandlerGroup } from '../../handlers/handler-group.ts'
import type { ElementDefinition } from '../../model/definition.ts'
import type { DeclaredService, Registry } from '../registry.ts'

export type Report = (problem: Problem) => void

/** What a problem or a finding is about. */
export type Subject = ElementDefinition | HandlerGroup | DeclaredService

/** Collects mistakes in whatever order they are found, and gives them in the order in which what they concern was declared. */
export class ProblemLog {
  readonly #registry: Registry
  readonly #entries: { readonly position: number; readonly problem: Problem }[] = []
  readonly #positions: ReadonlyMap<Subject, number>

  constructor(registry: Registry) {
    this.#registry = registry
    this.#positions = positionsOf(registry)
  }

  /** Reports on the domain as a whole. */
  get general(): Report {
    return this.at(-1)
  }

  /** Reports on something that was declared. */
  on(subject: Subject): Report {
    return this.at(this.#positions.get(subject) as number)
  }

  /** Reports on the declaration at this position. */
  at(position: number): Report {
    return (problem) => this.#entries.push({ position, problem })
  }

  /** The one that was declared first. */
  firstOf<S extends Subject>(subjects: readonly S[]): S | undefined {
    const position = (subject: S) => this.#positions.get(subject) ?? Number.POSITIVE_INFINITY
    return subjects.toSorted((a, b) => position(a) - position(b))[0]
  }

  /** Those seen at the declaration first, then those seen in its surroundings. */
  get problems(): readonly Problem[] {
    const declared = this.#registry.problems.map((entry) => ({ ...entry, position: entry.position - 0.5 }))
    return [...declared, ...this.#entries].toSorted((a, b) => a.position - b.position).map(({ problem }) => problem)
  }
}

/** Where each thing was declared, counted from 0. */
export function positionsOf({ declarations }: Registry): ReadonlyMap<Subject, number> {
  return new Map(
    declarations.flatMap((declaration, position) => {
      if (declaration.kind === 'element') return [[declaration.element as Subject, position] as const]
      if (declaration.kind === 'handlers') return [[declaration.group, position] as const]
      return declaration.kind === 'service' ? [[declaration.service, position] as const] : []
    }),
  )
}
