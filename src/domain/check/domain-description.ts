import type { ElementDefinition } from '../../model/definition.ts'
import type { FieldSpec } from '../../model/field-spec.ts'
import type { DeclaredService, Registry } from '../registry.ts'
import { WIRING } from '../wiring.ts'
import { targetOf } from './closure.ts'
import { findElement } from './references.ts'

export interface FieldDescription {
  readonly name: string
  readonly kind: string
  readonly required: boolean
  readonly unique: boolean
  readonly identifier: boolean
  /** In characters or items. */
  readonly maxLength?: number
  readonly description?: string
  /** Name of the element that it embeds, contains or refers to. */
  readonly target?: string
}

export interface ElementDescription {
  readonly kind: string
  readonly name: string
  readonly abstract: boolean
  /** Name of the element that it is part of. */
  readonly partOf?: string
  readonly fields: readonly FieldDescription[]
  /** What its invariants say. */
  readonly invariants: readonly string[]
  readonly deprecated: boolean
}

export interface HandlerDescription {
  readonly kind: string
  readonly name: string
  /** Name of the aggregate or projection that it belongs to. */
  readonly partOf?: string
  /** Names of the messages; `any` for all events of its category. */
  readonly handles: readonly string[]
}

export interface ServiceDescription {
  readonly kind: DeclaredService['kind']
  readonly name: string
  readonly partOf: readonly string[]
}

/** A domain that works, as plain data: what rules of your own look at. */
export interface DomainDescription {
  readonly name: string
  readonly elements: readonly ElementDescription[]
  readonly handlers: readonly HandlerDescription[]
  readonly services: readonly ServiceDescription[]
}

/** Everything in the order of declaration. */
export function describeDomain(registry: Registry): DomainDescription {
  return {
    name: registry.domainName,
    elements: registry.elements.map((element) => describeElement(registry, element)),
    handlers: registry.groups.map(({ kind, name, options, entries }) => ({
      kind,
      name,
      ...(kind !== 'process manager' && named('partOf', findElement(registry, options[WIRING[kind].option]))),
      handles: entries.map(({ target }) => (target === 'any' ? target : registry.resolve(target).name)),
    })),
    services: registry.services.map(({ kind, name, options }) => ({
      kind,
      name,
      partOf: [options.partOf].flat().flatMap((ref) => findElement(registry, ref)?.name ?? []),
    })),
  }
}

function describeElement(registry: Registry, element: ElementDefinition): ElementDescription {
  const { kind, name, isAbstract, partOf, options } = element
  return {
    kind,
    name,
    abstract: isAbstract,
    ...named('partOf', findElement(registry, partOf)),
    fields: [...element.fields].map(([fieldName, spec]) => describeField(element, fieldName, spec)),
    invariants: [...element.invariants('pre'), ...element.invariants('post')].map(({ message }) => message),
    deprecated: options.deprecated !== undefined,
  }
}

function describeField(element: ElementDefinition, name: string, spec: FieldSpec): FieldDescription {
  const { kind, settings, isRequired } = spec
  const { maxLength, description, unique = false, identifier = false } = settings
  return {
    name,
    kind,
    required: isRequired,
    unique,
    identifier,
    ...(maxLength !== undefined && { maxLength }),
    ...(description !== undefined && { description }),
    ...named('target', targetOf(element, spec)),
  }
}

function named<Key extends string>(key: Key, element: ElementDefinition | undefined): { readonly [K in Key]?: string } {
  return (element === undefined ? {} : { [key]: element.name }) as { readonly [K in Key]?: string }
}
