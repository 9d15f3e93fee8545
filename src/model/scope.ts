import type { Problem } from '../errors.ts'
import type { ElementLookup } from './element-ref.ts'

/** An event being raised: by which aggregate, at which point of its life. */
export interface Raised {
  readonly event: object
  readonly aggregate: object
  /** Version that the aggregate will have once it is saved. */
  readonly nextVersion: number
  /** 1-based among the events raised for that version. */
  readonly sequence: number
}

/** Gives identities that follow from what is going on. */
export interface IdentitySource {
  nextIdentity(): string
}

/** The narrow view that elements have of the domain they belong to. */
export interface ModelScope extends ElementLookup {
  readonly domainName: string
  /** Present while an event is being applied: identities made meanwhile come from here, so that they are the same whenever it is applied. */
  applying: IdentitySource | undefined
  /** A new identity, by the domain's strategy. */
  newIdentity(): string
  /** Remembers a mistake for `init()`, which reports them all together. */
  report(problem: Problem): void
  /** Makes the message that carries a raised event. */
  carryEvent(raised: Raised): void
}
