import type { ElementDefinition } from '../model/definition.ts'

type Class = abstract new (...args: never) => object

/** The repository classes that users wrote, by the element that they are for: names do not matter. */
export class CustomRepositories {
  readonly #classes = new Map<ElementDefinition, Class[]>()

  /** Learns of a class. One that extends another takes its place. */
  meet(element: ElementDefinition, cls: Class): void {
    const known = this.of(element)
    if (known.some((other) => other === cls || other.prototype instanceof cls)) return
    this.#classes.set(element, [...known.filter((other) => !(cls.prototype instanceof other)), cls])
  }

  /** The classes known for an element. More than one is a mistake. */
  of(element: ElementDefinition): readonly Class[] {
    return this.#classes.get(element) ?? NONE
  }
}

const NONE: readonly Class[] = []
