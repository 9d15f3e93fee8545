import { IncorrectUsageError } from '../errors.ts'
import type { ElementDefinition } from '../model/definition.ts'
import { definitionOf } from '../model/definition.ts'
import type { Constructor } from '../model/element-ref.ts'
import { CachedRepository } from '../unit-of-work/cached-repository.ts'
import { EventSourcedRepository } from '../unit-of-work/history/event-sourced-repository.ts'
import { ReadView } from '../unit-of-work/read-view.ts'
import { Repository } from '../unit-of-work/repository.ts'
import type { Runtime } from '../unit-of-work/runtime.ts'
import type { CustomRepositories } from './custom-repositories.ts'
import type { Registry } from './registry.ts'

const ELEMENT = Symbol('repository of')

type RepositoryClass = (new () => Repository<object>) & { readonly [ELEMENT]?: ElementDefinition }

/** The repositories of a domain: one instance per stored element, a custom one where there is one. */
export class Repositories {
  readonly #registry: Registry
  readonly #runtime: () => Runtime
  readonly #instances = new Map<ElementDefinition, Repository<object>>()

  constructor(registry: Registry, runtime: () => Runtime) {
    this.#registry = registry
    this.#runtime = runtime
  }

  get #custom(): CustomRepositories {
    return this.#registry.customRepositories
  }

  baseFor<T extends object>(element: Constructor<T>): new () => Repository<T> {
    const runtime = this.#runtime
    const definition = this.#stored(element, 'repository')
    this.#registry.add({ kind: 'repository', of: definition })
    const Base = repositoryClass(definition) as typeof Repository<T>
    return class extends Base {
      static readonly [ELEMENT] = definition
      constructor() {
        super(runtime, definition)
      }
    }
  }

  /** Learns of custom repositories, and of the users' own classes, among the things that modules export. */
  meet(exported: readonly unknown[]): void {
    for (const value of exported) {
      definitionOf(value)
      const definition = elementOf(value)
      if (definition !== undefined && this.#registry.has(definition)) this.#custom.meet(definition, value as RepositoryClass)
    }
  }

  for(cls: Constructor): Repository<object> {
    const custom = elementOf(cls)
    if (custom !== undefined) this.#custom.meet(custom, cls as unknown as RepositoryClass)
    const definition = custom ?? this.#stored(cls, 'repositoryFor')
    const Known = this.#customOf(definition)
    const known = this.#instances.get(definition)
    if (known !== undefined && (Known === undefined || known instanceof Known)) return known
    const instance = Known === undefined ? this.#make(definition) : new Known()
    this.#instances.set(definition, instance)
    return instance
  }

  viewFor<T extends object>(cls: Constructor<T>): ReadView<T> {
    const process = definitionOf(cls)
    if (process?.kind === 'processManager') return new ReadView<T>(this.#processes(process) as unknown as Repository<T>)
    const definition = this.#stored(cls, 'viewFor')
    if (definition.kind !== 'projection') {
      throw new IncorrectUsageError(
        `viewFor() reads projections and process managers; ${definition.name} is an ${definition.kind}. Use repositoryFor(${definition.name}).`,
        {
          code: 'NOT_A_PROJECTION',
        },
      )
    }
    return new ReadView<T>(this.for(cls) as unknown as Repository<T>)
  }

  /** The definition of an event-sourced aggregate, for what can be done with no other element. */
  eventSourced(cls: Constructor): ElementDefinition {
    const definition = this.#stored(cls, 'createSnapshots')
    if (definition.isEventSourced) return definition
    throw new IncorrectUsageError(
      `${definition.name} is not event-sourced, so that there is nothing to take snapshots of. Name an aggregate declared with { eventSourced: true }.`,
      { code: 'NOT_EVENT_SOURCED' },
    )
  }

  /** Throws `IncorrectUsageError` when there are several. */
  #customOf(definition: ElementDefinition): RepositoryClass | undefined {
    const classes = this.#custom.of(definition) as readonly RepositoryClass[]
    if (classes.length < 2) return classes[0]
    const [known, another] = classes
    throw new IncorrectUsageError(
      `${definition.name} has two custom repositories: ${known?.name} and ${another?.name}. Put all queries into one class that extends domain.repository(${definition.name}).`,
      { code: 'REPOSITORY_TAKEN' },
    )
  }

  /** Processes change by events only, so that nobody else gets to see this. */
  #processes(definition: ElementDefinition): Repository<object> {
    this.#refuseForeign(definition)
    const known = this.#instances.get(definition) ?? this.#make(definition)
    this.#instances.set(definition, known)
    return known
  }

  #make(definition: ElementDefinition): Repository<object> {
    return new (repositoryClass(definition))(this.#runtime, definition)
  }

  #stored(cls: Constructor, caller: string): ElementDefinition {
    const definition = definitionOf(cls)
    const isStored = definition?.kind === 'aggregate' || definition?.kind === 'projection'
    if (definition === undefined || !isStored) {
      const what = definition === undefined ? 'something that is no element' : `${definition.name}, which is a ${definition.kind}`
      throw new IncorrectUsageError(
        `${caller}() was given ${what}. Aggregates and projections have repositories; entities are reached through their aggregate, process managers with viewFor().`,
        {
          code: 'NO_REPOSITORY',
        },
      )
    }
    this.#refuseForeign(definition)
    return definition
  }

  #refuseForeign(definition: ElementDefinition): void {
    if (!this.#registry.has(definition)) {
      throw new IncorrectUsageError(
        `${definition.name} belongs to the domain ${definition.scope.domainName}, not to ${this.#registry.domainName}.`,
        {
          code: 'ELEMENT_FOREIGN',
        },
      )
    }
  }
}

function repositoryClass(definition: ElementDefinition): typeof Repository<object> {
  if (definition.isEventSourced) return EventSourcedRepository
  return definition.options.cache === undefined ? Repository : CachedRepository
}

/** The element that a class is a custom repository of. */
function elementOf(value: unknown): ElementDefinition | undefined {
  return typeof value === 'function' ? (value as unknown as RepositoryClass)[ELEMENT] : undefined
}
