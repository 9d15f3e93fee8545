import type { Problem } from '../errors.ts'
import { ConfigurationError } from '../errors.ts'
import type { HandlerGroup } from '../handlers/handler-group.ts'
import { typeOf } from '../handlers/message-factory.ts'
import type { ElementDefinition, ElementKind } from '../model/definition.ts'
import { definitionOf } from '../model/definition.ts'
import type { Constructor, ElementRef } from '../model/element-ref.ts'
import { nearest } from '../util/nearest.ts'

/** Everything that was declared in one domain, in the order of declaration. */
export class Registry {
  readonly domainName: string
  readonly #elements: ElementDefinition[] = []
  readonly #byName = new Map<string, ElementDefinition[]>()
  readonly #external = new Map<string, ElementDefinition>()
  readonly groups: HandlerGroup[] = []
  readonly problems: Problem[] = []

  constructor(domainName: string) {
    this.domainName = domainName
  }

  get elements(): readonly ElementDefinition[] {
    return this.#elements
  }

  ofKind(kind: ElementKind): readonly ElementDefinition[] {
    return this.#elements.filter((element) => element.kind === kind)
  }

  add(definition: ElementDefinition): void {
    const sameName = this.#byName.get(definition.name) ?? []
    if (sameName.some((other) => other.kind === definition.kind)) {
      this.problems.push({
        code: 'ELEMENT_NAME_TAKEN',
        element: definition.name,
        message: `is declared twice as ${definition.kind}.`,
        fix: 'Give one of them another persistent name.',
      })
    }
    this.#elements.push(definition)
    this.#byName.set(definition.name, [...sameName, definition])
  }

  /** An event of another domain, known here under that domain's type string. */
  addExternal(event: ElementDefinition, type: string): void {
    this.#external.set(type, event)
  }

  isExternal(event: ElementDefinition): boolean {
    return [...this.#external.values()].includes(event)
  }

  ofType(type: string): ElementDefinition | undefined {
    return (
      this.#external.get(type) ??
      this.#elements.find((element) => (element.kind === 'event' || element.kind === 'command') && typeOf(element) === type)
    )
  }

  /** The element that a reference means. Throws `ConfigurationError` when there is none, or when a name means several. */
  resolve(ref: ElementRef, kinds?: readonly ElementKind[]): ElementDefinition {
    if (typeof ref === 'string') return this.#named(ref, kinds)
    const definition = definitionOf(ref) ?? definitionOf(call(ref))
    if (definition !== undefined) return definition
    throw new ConfigurationError({
      code: 'ELEMENT_UNKNOWN',
      element: ref.name === '' ? 'A reference' : ref.name,
      message: 'is not an element.',
      fix: 'Refer to elements by class, by persistent name, or by a function that returns the class.',
    })
  }

  #named(name: string, kinds: readonly ElementKind[] | undefined): ElementDefinition {
    const found = (this.#byName.get(name) ?? []).filter((element) => kinds === undefined || kinds.includes(element.kind))
    const [first, another] = found
    if (first !== undefined && another === undefined) return first
    const near = nearest(name, this.#byName.keys())
    throw new ConfigurationError(
      first === undefined
        ? {
            code: 'ELEMENT_UNKNOWN',
            element: name,
            message: `is not declared in the domain ${this.domainName}.`,
            fix:
              near === undefined
                ? 'Declare it, or import the module that does.'
                : `Did you mean ${near}? Or import the module that declares it.`,
          }
        : {
            code: 'ELEMENT_AMBIGUOUS',
            element: name,
            message: `means several elements: ${found.map((element) => element.kind).join(', ')}.`,
            fix: 'Refer to it by class.',
          },
    )
  }
}

/** A thunk gives its class; calling a class that is no element throws, and that says the same. */
function call(ref: Constructor | (() => unknown)): unknown {
  try {
    return (ref as () => unknown)()
  } catch {
    return undefined
  }
}
