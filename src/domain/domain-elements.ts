import { CommandHandler, EventHandler, Projector, QueryHandler } from '../handlers/handler-builders.ts'
import type { HandlerGroup, HandlerKind } from '../handlers/handler-group.ts'
import { applicationServiceOf, domainServiceOf } from '../handlers/services.ts'
import { declareElement } from '../model/declare-element.ts'
import type { ElementKind } from '../model/definition.ts'
import type {
  Aggregate,
  AggregateClass,
  CommandClass,
  CommandMessage,
  Entity,
  EntityClass,
  EventClass,
  EventMessage,
  KIND,
  Projection,
  ProjectionClass,
  QueryClass,
  RESULT,
  ValueObjectClass,
} from '../model/element-class.ts'
import type {
  AggregateOptions,
  CommandOptions,
  EntityOptions,
  EventOptions,
  ProjectionOptions,
  QueryOptions,
  ValueObjectOptions,
} from '../model/element-options.ts'
import type { Constructor } from '../model/element-ref.ts'
import type { Field, FieldPresence, Fields, WithId } from '../model/field-type.ts'
import type { ModelScope } from '../model/scope.ts'
import type { Runtime } from '../unit-of-work/runtime.ts'
import type {
  ApplicationServiceOptions,
  CommandHandlerOptions,
  DomainServiceOptions,
  EventHandlerOptions,
  ProjectorOptions,
  QueryHandlerOptions,
} from './handler-options.ts'
import type { DeclaredService, Registry } from './registry.ts'

type AnyField = Field<unknown, unknown, FieldPresence, boolean>
/** What a query may say that it returns: a field, an element class, or a list of one of them. */
type Returns = AnyField | Constructor | readonly [AnyField | Constructor]
type ReturnOf<R> = R extends readonly [infer Item]
  ? readonly ReturnOf<Item>[]
  : R extends Constructor<infer Instance>
    ? Instance
    : R extends AnyField
      ? R['~type']
      : unknown
/** The functions as they are, but for those that are not asynchronous. (Asking that of `Cases` itself would keep TypeScript from inferring it.) */
type UseCases<Cases> = { readonly [Name in keyof Cases]: Cases[Name] extends (...args: never) => Promise<unknown> ? Cases[Name] : never }

/** An abstract element whose fields, rules and methods another one has too. */
type Abstract<Instance extends object> = Constructor<Instance> & { readonly '~fields': Fields }
type FieldsOf<Parent extends Abstract<object>, F extends Fields> = [Parent] extends [never] ? F : Omit<Parent['~fields'], keyof F> & F
type InstanceOf<Parent> = [Parent] extends [never] ? unknown : Parent extends Constructor<infer Instance> ? Instance : unknown
/** What an abstract message passes on: it has another payload and result than the messages that extend it. */
type MessageOf<Parent> = [Parent] extends [never] ? unknown : Omit<InstanceOf<Parent>, 'payload' | typeof RESULT>

/** The declarations that a domain offers. Each makes a class to extend, or a handler to add functions to, and registers it. */
export abstract class DomainElements {
  protected abstract readonly scope: ModelScope
  protected abstract readonly registry: Registry
  protected abstract runtime(): Runtime

  /** A consistency boundary: loaded, changed and saved as a whole. Gets `id` when no field is its identifier. */
  aggregate<F extends Fields, Parent extends Abstract<Aggregate> = never, const IsAbstract extends boolean = false>(
    name: string,
    fields: F,
    options?: AggregateOptions<Parent, IsAbstract>,
  ): AggregateClass<WithId<FieldsOf<Parent, F>, IsAbstract>, InstanceOf<Parent>>
  aggregate(name: string, fields: Fields, options: AggregateOptions<unknown> = {}): unknown {
    return this.#declare('aggregate', name, fields, options)
  }

  /** A thing with an identity of its own inside an aggregate. */
  entity<F extends Fields, Parent extends Abstract<Entity> = never, const IsAbstract extends boolean = false>(
    name: string,
    fields: F,
    options: EntityOptions<Parent, IsAbstract>,
  ): EntityClass<WithId<FieldsOf<Parent, F>, IsAbstract>, InstanceOf<Parent>>
  entity(name: string, fields: Fields, options: EntityOptions<unknown>): unknown {
    return this.#declare('entity', name, fields, options)
  }

  /** A value: immutable, equal to another when all its parts are. */
  valueObject<F extends Fields, Parent extends Abstract<{ readonly [KIND]: 'valueObject' }> = never>(
    name: string,
    fields: F,
    options?: ValueObjectOptions<Parent>,
  ): ValueObjectClass<FieldsOf<Parent, F>, InstanceOf<Parent>>
  valueObject(name: string, fields: Fields, options: ValueObjectOptions<unknown> = {}): unknown {
    return this.#declare('valueObject', name, fields, options)
  }

  /** Something that happened to an aggregate. */
  event<F extends Fields, Parent extends Abstract<EventMessage> = never>(
    name: string,
    fields: F,
    options: EventOptions<Parent>,
  ): EventClass<FieldsOf<Parent, F>, MessageOf<Parent>>
  event(name: string, fields: Fields, options: EventOptions<unknown>): unknown {
    return this.#declare('event', name, fields, options)
  }

  /** Something that is wanted of an aggregate. `returns` types what its handler gives back. */
  command<F extends Fields, R extends AnyField = never, Parent extends Abstract<CommandMessage> = never>(
    name: string,
    fields: F,
    options: CommandOptions<R, Parent>,
  ): CommandClass<FieldsOf<Parent, F>, [R] extends [never] ? void : R['~type'], MessageOf<Parent>>
  command(name: string, fields: Fields, options: object): unknown {
    return this.#declare('command', name, fields, options)
  }

  /** Something that is asked of a projection. */
  query<F extends Fields, const R extends Returns = never>(
    name: string,
    fields: F,
    options: QueryOptions<R>,
  ): QueryClass<F, [R] extends [never] ? unknown : ReturnOf<R>>
  query(name: string, fields: Fields, options: object): unknown {
    return this.#declare('query', name, fields, options)
  }

  /** A read model, kept up to date by projectors. One of its fields is the identifier. */
  projection<F extends Fields, Parent extends Abstract<Projection> = never>(
    name: string,
    fields: F,
    options?: ProjectionOptions<Parent>,
  ): ProjectionClass<FieldsOf<Parent, F>, InstanceOf<Parent>>
  projection(name: string, fields: Fields, options: ProjectionOptions<unknown> = {}): unknown {
    return this.#declare('projection', name, fields, options)
  }

  commandHandler(name: string, options: CommandHandlerOptions): CommandHandler {
    return new CommandHandler(this.#group('command handler', name, options))
  }

  eventHandler(name: string, options: EventHandlerOptions): EventHandler {
    return new EventHandler(this.#group('event handler', name, options))
  }

  projector(name: string, options: ProjectorOptions): Projector {
    return new Projector(this.#group('projector', name, options))
  }

  queryHandler(name: string, options: QueryHandlerOptions): QueryHandler {
    return new QueryHandler(this.#group('query handler', name, options))
  }

  /** Use cases as functions, each run in a unit of work. */
  applicationService<Cases extends object>(
    name: string,
    options: ApplicationServiceOptions,
    useCases: Cases & ThisType<Cases>,
  ): UseCases<Cases> {
    this.#service('application service', name, options)
    return applicationServiceOf(() => this.runtime(), useCases) as UseCases<Cases>
  }

  /** Logic that belongs to several aggregates together: atomic over the ones it is called with. */
  domainService<Args extends readonly unknown[], Result>(
    name: string,
    options: DomainServiceOptions,
    service: (...args: Args) => Result,
  ): (...args: Args) => Result {
    this.#service('domain service', name, options)
    return domainServiceOf(name, service)
  }

  #declare(kind: ElementKind, name: string, fields: Fields, options: object): Constructor {
    const { cls, definition } = declareElement(this.scope, kind, name, fields, options as Record<string, unknown>)
    this.registry.add({ kind: 'element', element: definition })
    return cls
  }

  #group(kind: HandlerKind, name: string, options: object): HandlerGroup {
    const group: HandlerGroup = { kind, name, options: options as Record<string, unknown>, entries: [], onError: undefined }
    this.registry.add({ kind: 'handlers', group })
    return group
  }

  #service(kind: DeclaredService['kind'], name: string, options: object): void {
    this.registry.add({ kind: 'service', service: { kind, name, options: options as Record<string, unknown> } })
  }
}
