import type { HandlerMap } from '../../handlers/handler-map.ts'
import type { ElementDefinition } from '../../model/definition.ts'
import type { Settings } from '../config/schema.ts'
import type { Registry } from '../registry.ts'
import type { Subject } from './problem-log.ts'

/** An entry of the configuration, named by its path: `databases.default`. */
export interface ConfiguredSubject {
  readonly name: string
  readonly options: Readonly<Record<string, unknown>>
}

/** What a rule noticed. Each rule has one code, whose are category, level and rationale. */
export interface Finding {
  readonly subject: Subject | ConfiguredSubject
  /** Goes on from the name of the subject: `has no invariants.` */
  readonly message: string
  readonly fix: string
  readonly field?: string
}

/** A domain that works, as rules look at it. */
export interface CheckedDomain {
  readonly registry: Registry
  /** Those of which there are instances. */
  readonly elements: readonly ElementDefinition[]
  readonly handlers: HandlerMap
  readonly settings: Settings
  /** The modules of the domain, where its root is known and they are looked at. */
  readonly sources: readonly Source[]
}

export interface Source {
  readonly path: string
  readonly text: string
}

/** A rule throws only when it is broken itself; nobody catches that. */
export type Rule = (domain: CheckedDomain) => readonly Finding[]

/** The code of the user's own class, comments included; of an element that was never met, what the framework made. */
export function codeOf({ cls }: ElementDefinition): string {
  return Function.prototype.toString.call(cls)
}
