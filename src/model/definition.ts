import { ConfigurationError, IncorrectUsageError, ProteanError, ValidationError } from '../errors.ts'
import type { JsonValue } from '../util/json.ts'
import { Applies } from './applies.ts'
import type { Constructor, ElementKind, ElementRef, TargetElement } from './element-ref.ts'
import type { FieldSpec } from './field-spec.ts'
import { Restored } from './restored.ts'
import type { ModelScope } from './scope.ts'

export type { ElementKind } from './element-ref.ts'

/** Carries an element's definition on its class and its prototype, and so on every class that extends it and on every instance. */
export const DEFINITION: unique symbol = Symbol.for('proteanjs.definition') as never

export type Stage = 'pre' | 'post'

export interface Invariant {
  readonly message: string
  readonly field: string | undefined
  readonly code: string
  readonly check: (element: never) => unknown
}

/** Everything that was declared of one element. Made once, where the class is declared; read by all other layers. */
export class ElementDefinition implements TargetElement {
  readonly kind: ElementKind
  /** The persistent name: part of type strings, streams and table names. */
  readonly name: string
  readonly scope: ModelScope
  /** Name with the domain's, for messages and registries. */
  readonly fqn: string
  readonly fields: ReadonlyMap<string, FieldSpec>
  readonly options: Readonly<Record<string, unknown>>
  /** The abstract element that this one extends. */
  readonly parent: ElementDefinition | undefined
  readonly identifier: string | undefined
  /** The has-one and has-many fields. */
  readonly associations: readonly (readonly [name: string, spec: FieldSpec])[]
  /** Whether the state of an instance is what its events have made of it. */
  readonly isEventSourced: boolean
  /** What the events do, of an event-sourced element. */
  readonly applies: Applies
  /** The fields, identifier aside, that must have a value as soon as an event-sourced element exists. */
  readonly requiredFields: readonly string[]
  #looksFine = false
  #aggregate: ElementDefinition | undefined
  readonly #invariants: { readonly pre: Invariant[]; readonly post: Invariant[] } = { pre: [], post: [] }
  readonly #clusterHas: Record<Stage, { readonly asOf: number; readonly verdict: boolean } | undefined> = {
    pre: undefined,
    post: undefined,
  }
  readonly #declared: { invariants: number }
  readonly #withInherited: { pre: readonly Invariant[]; post: readonly Invariant[] } = { pre: [], post: [] }
  #generated: Constructor | undefined
  #cls: Constructor | undefined

  constructor(
    kind: ElementKind,
    name: string,
    scope: ModelScope,
    fields: ReadonlyMap<string, FieldSpec>,
    options: Readonly<Record<string, unknown>>,
    parent: ElementDefinition | undefined,
  ) {
    this.kind = kind
    this.name = name
    this.scope = scope
    this.fqn = `${scope.domainName}.${name}`
    this.fields = new Map([...fields].map(([fieldName, spec]) => [fieldName, spec.bind(scope)]))
    this.options = options
    this.parent = parent
    this.#declared = declaredIn(scope)
    this.associations = [...this.fields].filter(([, spec]) => spec.isAssociation)
    this.identifier = [...fields].find(([, spec]) => spec.settings.identifier === true)?.[0]
    this.isEventSourced = options.eventSourced === true || parent?.isEventSourced === true
    this.applies = new Applies(parent?.applies)
    this.requiredFields = [...fields].filter(([name, spec]) => spec.isRequired && name !== this.identifier).map(([name]) => name)
  }

  get isAbstract(): boolean {
    return this.options.abstract === true
  }

  get partOf(): ElementRef | undefined {
    return this.options.partOf as ElementRef | undefined
  }

  /** The aggregate that an event or command is part of. Throws `ConfigurationError` when it is not declared. */
  get aggregate(): ElementDefinition | undefined {
    if (this.partOf !== undefined) this.#aggregate ??= this.scope.target(this.partOf, ['aggregate']) as ElementDefinition
    return this.#aggregate
  }

  /** The most derived class known: the user's own once it was constructed or named anywhere, until then the generated one. */
  get cls(): Constructor {
    return this.#cls as Constructor
  }

  /** Called with every class that carries this definition, as it becomes known. */
  meet(cls: Constructor): void {
    this.#generated ??= cls
    if (this.#cls === undefined) this.#cls = cls
    if (cls === this.#generated || this.#cls !== this.#generated) return
    // A class that extends the user's own is never what storage gives back, even when it is met first.
    let own = cls
    for (let base = own; base !== this.#generated; base = Object.getPrototypeOf(base) as Constructor) own = base
    this.#cls = own
  }

  addInvariant(stage: Stage, invariant: Invariant): void {
    this.#invariants[stage].push(invariant)
    this.#declared.invariants += 1
  }

  /** Whether this element, or anything that it may contain, has invariants: a large aggregate without any need not be walked. */
  hasInvariants(stage: Stage): boolean {
    const known = this.#clusterHas[stage]
    if (known?.asOf === this.#declared.invariants) return known.verdict
    try {
      const verdict = [...this.#cluster(new Set())].some((element) => element.invariants(stage).length > 0)
      this.#clusterHas[stage] = { asOf: this.#declared.invariants, verdict }
      return verdict
    } catch (error) {
      // What is not declared yet may have some.
      if (error instanceof ConfigurationError) return true
      throw error
    }
  }

  #cluster(found: Set<ElementDefinition>): Set<ElementDefinition> {
    if (!found.has(this)) {
      found.add(this)
      for (const [, spec] of this.associations) (this.scope.target(spec.rule.target as ElementRef) as ElementDefinition).#cluster(found)
    }
    return found
  }

  /** The inherited ones first, in the order of declaration. */
  invariants(stage: Stage): readonly Invariant[] {
    const own = this.#invariants[stage]
    const inherited = this.parent?.invariants(stage)
    if (inherited === undefined || inherited.length === 0) return own
    // Invariants are only ever added, so that lists of one length are the same.
    if (this.#withInherited[stage].length !== inherited.length + own.length) this.#withInherited[stage] = [...inherited, ...own]
    return this.#withInherited[stage]
  }

  isInstance(value: unknown): value is object {
    return definitionOfInstance(value) === this
  }

  /** Whether this is the other definition or extends it. */
  isA(other: ElementDefinition): boolean {
    return this === other || (this.parent?.isA(other) ?? false)
  }

  create(input: unknown): object {
    return new (this.cls as unknown as new (input: unknown) => object)(input)
  }

  /** An instance with these values by field name; nothing is validated. */
  restore(values: Readonly<Record<string, unknown>>): object {
    const restored = new Restored(values)
    let element: object
    try {
      element = this.create(restored)
    } catch (error) {
      if (restored.taken !== undefined || (error instanceof ProteanError && !(error instanceof ValidationError))) throw error
      throw this.#refuseConstructor(error)
    }
    if (restored.taken !== element) throw this.#refuseConstructor()
    if (restored.guard !== undefined) restored.guard.readOnly = undefined
    return element
  }

  /** An instance of an event-sourced element before its first event: nothing but its identity and the defaults of its fields. */
  blank(id: string): object {
    const element = this.create({ [this.identifier as string]: id }) as Record<string, unknown>
    if (element[this.identifier as string] !== id) throw this.#refuseConstructor()
    return element
  }

  #refuseConstructor(cause?: unknown): IncorrectUsageError {
    return new IncorrectUsageError(
      `The constructor of ${this.cls.name} does not pass its argument on to super(), so that ${this.name} cannot be read back from storage. Write constructor(input) { super(input) }, set initial values in defaults(), and give other ways of making one as static methods.`,
      { cause },
    )
  }

  fromPlain(plain: unknown): object {
    const values: Record<string, unknown> = {}
    for (const [name, spec] of this.fields) {
      const value = valueIn(plain as Record<string, JsonValue>, name, spec)
      if (value === undefined || value === null) values[name] = undefined
      else
        values[name] =
          spec.kind === 'hasMany' ? (value as readonly JsonValue[]).map((child) => spec.rule.fromPlain(child)) : spec.rule.fromPlain(value)
    }
    return this.restore(values)
  }

  /**
   * A class body that declares a field again (`status = 'x'`) hides the accessor, and changes to it would go unnoticed. It can only be seen on a
   * finished instance, so this looks at the first one that is changed or saved.
   */
  refuseShadowedFields(instance: object): void {
    if (this.#looksFine) return
    const shadowed = [...this.fields.keys()].filter((name) => Object.hasOwn(instance, name))
    if (shadowed.length > 0) {
      throw new IncorrectUsageError(
        `${this.name} declares ${shadowed.join(', ')} again in its class body. Remove it there: the field is declared already; use { default } for an initial value.`,
      )
    }
    this.#looksFine = true
  }

  /** The `ValidationError` for these issues. */
  invalid(issues: ConstructorParameters<typeof ValidationError>[0]): ValidationError {
    return new ValidationError(issues, { element: this.name })
  }
}

/** A field's value in stored data, also under a name that the field had before. */
function valueIn(
  plain: Readonly<Record<string, JsonValue>>,
  name: string,
  { settings: { renamedFrom } }: FieldSpec,
): JsonValue | undefined {
  if (renamedFrom === undefined || plain[name] !== undefined) return plain[name]
  const former = [renamedFrom].flat().find((one) => plain[one as string] !== undefined)
  return former === undefined ? undefined : plain[former as string]
}

const DECLARED = new WeakMap<ModelScope, { invariants: number }>()

/** How much was declared in one domain so far: what was worked out before is still true while it stays the same. */
function declaredIn(scope: ModelScope): { invariants: number } {
  const declared = DECLARED.get(scope) ?? { invariants: 0 }
  DECLARED.set(scope, declared)
  return declared
}

/** The definition that a class carries, or undefined for a class that is no element. */
export function definitionOf(cls: unknown): ElementDefinition | undefined {
  if (typeof cls !== 'function' || !(DEFINITION in cls)) return undefined
  const definition = cls[DEFINITION] as ElementDefinition
  definition.meet(cls as unknown as Constructor)
  return definition
}

/** The definition of the element that an object is an instance of. Its class is known already, since its constructor has run. */
export function definitionOfInstance(value: unknown): ElementDefinition | undefined {
  return typeof value === 'object' && value !== null ? (value as { readonly [DEFINITION]?: ElementDefinition })[DEFINITION] : undefined
}
