import { versionOf } from '../handlers/message-factory.ts'
import type { Reading } from '../handlers/message-reader.ts'
import type { Upcaster } from '../handlers/upcaster.ts'
import { chainFrom } from '../handlers/upcaster.ts'
import { parseTypeString } from '../messaging/type-string.ts'
import type { ElementDefinition } from '../model/definition.ts'

/** An element under a type string of its current version. */
interface Known {
  readonly definition: ElementDefinition
  /** Undefined where the type string, that of an external event, says none. */
  readonly version: number | undefined
}

/** Versions above the present one that are looked for: what a newer deployment writes must be noticed by an older one, not passed over. */
const VERSIONS_AHEAD = 10

/** Which element a type string means: by its present name or a former one, in the current version or one from which upcasters lead there. */
export class MessageTypes {
  readonly #exact = new Map<string, Known>()
  readonly #unversioned = new Map<string, Known>()
  readonly #upcasters = new Map<ElementDefinition, Upcaster[]>()
  readonly #readings = new Map<string, Reading>()
  readonly #lenient: boolean

  /** The messages with their type strings; of two under one type the later. `lenient` holds for all that do not say otherwise. */
  constructor(messages: Iterable<readonly [type: string, ElementDefinition]>, upcasters: readonly Upcaster[], lenient: boolean) {
    this.#lenient = lenient
    for (const [type, definition] of messages) this.#add(type, definition)
    for (const upcaster of upcasters) this.#upcasters.set(upcaster.message, [...(this.#upcasters.get(upcaster.message) ?? []), upcaster])
  }

  /** Undefined for a type that no element has or had. */
  reading(type: string): Reading | undefined {
    const known = this.#readings.get(type)
    if (known !== undefined) return known
    const reading = this.#find(type)
    // Types come from outside, and unknown ones without end.
    if (reading !== undefined) this.#readings.set(type, reading)
    return reading
  }

  /** Every type string of an element and of those that extend it, under former names and in older and later versions too. */
  typesOf(definition: ElementDefinition): readonly string[] {
    const types = [...this.#exact].filter(([, known]) => known.definition.isA(definition)).map(([type]) => type)
    const older = [...this.#unversioned]
      .filter(([, known]) => known.definition.isA(definition))
      .flatMap(([name, { version = 0 }]) => Array.from({ length: version + VERSIONS_AHEAD }, (_, at) => `${name}.v${at + 1}`))
    return [...new Set([...types, ...older])]
  }

  #add(type: string, definition: ElementDefinition): void {
    const parsed = parseTypeString(type)
    const known = { definition, version: parsed?.version }
    this.#exact.set(type, known)
    if (parsed === undefined) return
    this.#unversioned.set(`${parsed.domain}.${parsed.element}`, known)
    for (const former of formerNames(definition)) {
      const name = `${parsed.domain}.${former}`
      if (!this.#unversioned.has(name)) this.#unversioned.set(name, known)
    }
  }

  #find(type: string): Reading | undefined {
    const parsed = parseTypeString(type)
    const known = this.#exact.get(type) ?? (parsed === undefined ? undefined : this.#unversioned.get(`${parsed.domain}.${parsed.element}`))
    if (known === undefined) return undefined
    const { definition, version = versionOf(definition) } = known
    const lenient = (definition.options.lenient as boolean | undefined) ?? this.#lenient
    const isCurrent = this.#exact.has(type) || parsed === undefined
    const upcasters = isCurrent ? [] : chainFrom(this.#upcasters.get(definition) ?? [], parsed.version, version)
    return { definition, upcasters, lenient }
  }
}

function formerNames({ options }: ElementDefinition): readonly string[] {
  const { renamedFrom = [] } = options as { readonly renamedFrom?: string | readonly string[] }
  return typeof renamedFrom === 'string' ? [renamedFrom] : renamedFrom
}
