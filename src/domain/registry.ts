import type { Problem } from '../errors.ts'
import { ConfigurationError, IncorrectUsageError } from '../errors.ts'
import type { HandlerGroup } from '../handlers/handler-group.ts'
import { typeOf, versionOf } from '../handlers/message-factory.ts'
import type { Reading } from '../handlers/message-reader.ts'
import type { DeclaredSubscriber } from '../handlers/subscriber.ts'
import type { Upcast, Upcaster } from '../handlers/upcaster.ts'
import { parseTypeString } from '../messaging/type-string.ts'
import type { ElementDefinition, ElementKind } from '../model/definition.ts'
import { definitionOf } from '../model/definition.ts'
import type { Constructor, ElementRef } from '../model/element-ref.ts'
import { nearest } from '../util/nearest.ts'
import { CustomRepositories } from './custom-repositories.ts'
import { MessageTypes } from './message-types.ts'

/** An application or domain service: functions of the user, known by name so that `init()` and `check()` can look at them. */
export interface DeclaredService {
  readonly kind: 'application service' | 'domain service'
  readonly name: string
  readonly options: Readonly<Record<string, unknown>>
}

/** One thing that was declared in a domain. */
export type Declaration =
  | { readonly kind: 'element'; readonly element: ElementDefinition }
  | { readonly kind: 'handlers'; readonly group: HandlerGroup }
  | { readonly kind: 'service'; readonly service: DeclaredService }
  | { readonly kind: 'subscriber'; readonly subscriber: DeclaredSubscriber }
  | { readonly kind: 'repository'; readonly of: ElementDefinition }
  | { readonly kind: 'upcaster'; readonly upcaster: Upcaster }
  | { readonly kind: 'external'; readonly event: ElementDefinition; readonly type: string }

/** What fields and events can name. Other elements may bear the same name: an aggregate `Order` and a projection `Order`. */
export const MODEL_KINDS: readonly ElementKind[] = ['aggregate', 'entity', 'valueObject']

/** Everything that was declared in one domain, in the order of declaration. */
export class Registry {
  readonly domainName: string
  readonly customRepositories = new CustomRepositories()
  readonly #declarations: Declaration[] = []
  readonly #elements = new Set<ElementDefinition>()
  readonly #byName = new Map<string, ElementDefinition[]>()
  readonly #external = new Map<string, ElementDefinition>()
  readonly #problems: { readonly position: number; readonly problem: Problem }[] = []
  #types: MessageTypes | undefined
  #isLenient = false

  constructor(domainName: string) {
    this.domainName = domainName
  }

  get declarations(): readonly Declaration[] {
    return this.#declarations
  }

  get elements(): readonly ElementDefinition[] {
    return [...this.#elements]
  }

  get groups(): readonly HandlerGroup[] {
    return this.#declarations.flatMap((declaration) => (declaration.kind === 'handlers' ? [declaration.group] : []))
  }

  get services(): readonly DeclaredService[] {
    return this.#declarations.flatMap((declaration) => (declaration.kind === 'service' ? [declaration.service] : []))
  }

  get subscribers(): readonly DeclaredSubscriber[] {
    return this.#declarations.flatMap((declaration) => (declaration.kind === 'subscriber' ? [declaration.subscriber] : []))
  }

  get upcasters(): readonly Upcaster[] {
    return this.#declarations.flatMap((declaration) => (declaration.kind === 'upcaster' ? [declaration.upcaster] : []))
  }

  ofKind(kind: ElementKind): readonly ElementDefinition[] {
    return this.elements.filter((element) => element.kind === kind)
  }

  has(element: ElementDefinition): boolean {
    return this.#elements.has(element)
  }

  add(declaration: Declaration): void {
    this.#declarations.push(declaration)
    this.#types = undefined
    if (declaration.kind === 'external') this.#external.set(declaration.type, declaration.event)
    if (declaration.kind !== 'element') return
    const { element } = declaration
    this.#elements.add(element)
    this.#byName.set(element.name, [...this.named(element.name), element])
  }

  /** An event of another domain, known here under that domain's type string. */
  addExternal(cls: Constructor, type: string): void {
    const event = definitionOf(cls)
    if (event?.kind !== 'event')
      throw new IncorrectUsageError('registerExternalEvent() takes an event class and its type string.', { code: 'NOT_AN_EVENT' })
    this.add({ kind: 'external', event, type })
  }

  /** A way from one version of a message to another. */
  addUpcaster(cls: Constructor, from: number, to: number, upcast: Upcast): void {
    const message = definitionOf(cls)
    if (message?.kind !== 'event' && message?.kind !== 'command')
      throw new IncorrectUsageError('upcaster() takes an event or command class, { from, to } and a function.', { code: 'NOT_A_MESSAGE' })
    this.add({ kind: 'upcaster', upcaster: { message, from, to, upcast } })
  }

  /** Remembers a mistake in what is being declared. */
  report(problem: Problem): void {
    this.#problems.push({ position: this.#declarations.length, problem })
  }

  /** The mistakes reported so far, each with the position of the declaration in which it was made. */
  get problems(): readonly { readonly position: number; readonly problem: Problem }[] {
    return this.#problems
  }

  named(name: string): readonly ElementDefinition[] {
    return this.#byName.get(name) ?? []
  }

  /** Whether it is an event of another domain, known here under that domain's type string. */
  isExternal(event: ElementDefinition): boolean {
    return [...this.#external.values()].includes(event)
  }

  /** Whether messages may hold values that no field has, where they do not say themselves. */
  set isLenient(isLenient: boolean) {
    this.#isLenient = isLenient
    this.#types = undefined
  }

  /** How messages of a type are read; undefined for one that no element has. */
  ofType(type: string): Reading | undefined {
    return this.#messageTypes.reading(type)
  }

  /** Every type string under which messages of an element, or of those that extend it, may be stored. */
  typesOf(definition: ElementDefinition): readonly string[] {
    return this.#messageTypes.typesOf(definition)
  }

  /** The version of a message that this domain writes or, of an external event, reads; undefined where its type string says none. */
  currentVersion(message: ElementDefinition): number | undefined {
    const external = [...this.#external].find(([, event]) => event === message)
    return external === undefined ? versionOf(message) : parseTypeString(external[0])?.version
  }

  get #messageTypes(): MessageTypes {
    this.#types ??= new MessageTypes(this.#typed(), this.upcasters, this.#isLenient)
    return this.#types
  }

  *#typed(): Iterable<readonly [type: string, ElementDefinition]> {
    for (const element of this.#elements) if (element.kind === 'event' || element.kind === 'command') yield [typeOf(element), element]
    yield* this.#external
  }

  /**
   * The element that a reference means. A name means the element of one of these kinds, or, where there is none, the only element of that name.
   * Throws `ConfigurationError` when there is none, or when a name means several.
   */
  resolve(ref: ElementRef, kinds?: readonly ElementKind[]): ElementDefinition {
    if (typeof ref === 'string') return this.#named(ref, kinds)
    const definition = definitionOf(ref) ?? definitionOf(call(ref))
    if (definition !== undefined) return definition
    throw new ConfigurationError(noElement(ref))
  }

  #named(name: string, kinds: readonly ElementKind[] | undefined): ElementDefinition {
    const all = this.named(name)
    const fitting = kinds === undefined ? all : all.filter((element) => kinds.includes(element.kind))
    const found = fitting.length > 0 ? fitting : all
    const [first, another] = found
    if (first !== undefined && another === undefined) return first
    if (first === undefined) throw new ConfigurationError(this.#unknown(name, kinds))
    throw new ConfigurationError({
      code: 'ELEMENT_AMBIGUOUS',
      element: name,
      message: `means several elements: ${found.map((element) => element.kind).join(', ')}.`,
      fix: 'Refer to it by class, or by a function that returns the class.',
    })
  }

  #unknown(name: string, kinds: readonly ElementKind[] | undefined): Problem {
    const candidates = this.elements.filter((element) => kinds === undefined || kinds.includes(element.kind))
    const near = nearest(
      name,
      candidates.map((element) => element.name),
    )
    return {
      code: 'ELEMENT_UNKNOWN',
      element: name,
      message: `is not declared in the domain ${this.domainName}.`,
      fix:
        near === undefined ? 'Declare it, or import the module that does.' : `Did you mean ${near}? Or import the module that declares it.`,
    }
  }
}

function noElement(ref: unknown): Problem {
  if (typeof ref === 'function') {
    return {
      code: 'ELEMENT_UNKNOWN',
      element: ref.name === '' ? 'a function' : ref.name,
      message: 'is not an element, nor does it return one.',
      fix: 'Refer to elements by class, by persistent name, or by a function that returns the class.',
    }
  }
  return {
    code: 'ELEMENT_UNKNOWN',
    element: String(ref),
    message: 'is not an element.',
    fix:
      ref === undefined
        ? 'If modules import each other, the class does not exist yet: refer to it by name, or by a function that returns it.'
        : 'Refer to elements by class, by persistent name, or by a function that returns the class.',
  }
}

/** A thunk gives its class. Calling a class throws, and so does a thunk whose class does not exist yet: neither gives an element. */
function call(ref: unknown): unknown {
  try {
    return typeof ref === 'function' ? (ref as () => unknown)() : undefined
  } catch {
    return undefined
  }
}
