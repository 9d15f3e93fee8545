/** What an event does to the state of its aggregate. Runs when the event is raised, and again whenever the aggregate is read. */
export type Apply = (element: never, event: never) => unknown

/** What there is to know here of an event's definition. */
export interface AppliedEvent {
  readonly name: string
  readonly options: Readonly<Record<string, unknown>>
  isA(other: AppliedEvent): boolean
}

/** One `applies` as it was declared; `event` may be anything until `init()` has looked at it. */
export interface DeclaredApply {
  readonly event: unknown
  readonly definition: AppliedEvent | undefined
  readonly apply: Apply
}

/** What the events of an event-sourced element do to it: those declared on an abstract element first, then its own, each in the order of declaration. */
export class Applies {
  readonly #inherited: Applies | undefined
  readonly #declared: DeclaredApply[] = []
  readonly #known = new Map<AppliedEvent, { readonly asOf: number; readonly applies: readonly Apply[] }>()

  constructor(inherited: Applies | undefined) {
    this.#inherited = inherited
  }

  /** Those declared on the element itself. */
  get declared(): readonly DeclaredApply[] {
    return this.#declared
  }

  add(declared: DeclaredApply): void {
    this.#declared.push(declared)
  }

  /** What an event does. One that extends an abstract event does what that one does, too. */
  of(event: AppliedEvent): readonly Apply[] {
    const known = this.#known.get(event)
    const asOf = this.size
    if (known?.asOf === asOf) return known.applies
    const own = this.#declared.filter(({ definition }) => definition !== undefined && event.isA(definition))
    const applies = [...(this.#inherited?.of(event) ?? []), ...own.map(({ apply }) => apply)]
    this.#known.set(event, { asOf, applies })
    return applies
  }

  /** Everything that decides what events do, as text: the same text, the same state from the same events. */
  get source(): readonly string[] {
    const own = this.#declared.map(
      ({ definition, apply }) => `${definition?.name ?? ''} v${String(definition?.options.version ?? 1)}: ${apply}`,
    )
    return [...(this.#inherited?.source ?? []), ...own]
  }

  /** How many there are. They are only ever added, so that as many are the same ones. */
  get size(): number {
    return this.#declared.length + (this.#inherited?.size ?? 0)
  }
}
