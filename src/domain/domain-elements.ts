import { IncorrectUsageError } from '../errors.ts'
import { CommandHandler, EventHandler, Projector, QueryHandler } from '../handlers/handler-builders.ts'
import type { HandlerGroup, HandlerKind } from '../handlers/handler-group.ts'
import { applicationServiceOf, domainServiceOf } from '../handlers/services.ts'
import type { Upcast } from '../handlers/upcaster.ts'
import { declareElement as elementClass } from '../model/declare-element.ts'
import type { ElementDefinition, ElementKind } from '../model/definition.ts'
import { definitionOf } from '../model/definition.ts'
import type {
  Aggregate,
  AggregateClass,
  CommandClass,
  CommandMessage,
  Entity,
  EntityClass,
  EventClass,
  EventMessage,
  EventSourcedAggregate,
  EventSourcedClass,
  FactEventClass,
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
import { declareFactEvent, factEventOf } from '../model/fact-event.ts'
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
type AggregateClassOf<F extends Fields, Inherited, IsSourced extends boolean> = Inherited extends EventSourcedAggregate
  ? EventSourcedClass<F, Inherited>
  : [IsSourced] extends [true]
    ? EventSourcedClass<F, Inherited>
    : AggregateClass<F, Inherited>
/** What an abstract message passes on: it has another payload and result than the messages that extend it. */
type MessageOf<Parent> = [Parent] extends [never] ? unknown : Omit<InstanceOf<Parent>, 'payload' | typeof RESULT>

/** The declarations that a domain offers. Each makes a class to extend, or a handler to add functions to, and registers it. */
export abstract class DomainElements {
  protected abstract readonly scope: ModelScope
  protected abstract readonly registry: Registry
  protected abstract runtime(): Runtime

  /** A consistency boundary: loaded, changed and saved as a whole. Gets `id` when no field is its identifier. */
  aggregate<
    F extends Fields,
    Parent extends Abstract<Aggregate> = never,
    const IsAbstract extends boolean = false,
    const IsSourced extends boolean = false,
  >(
    name: string,
    fields: F,
    options?: AggregateOptions<Parent, IsAbstract, IsSourced>,
  ): AggregateClassOf<WithId<FieldsOf<Parent, F>, IsAbstract>, InstanceOf<Parent>, IsSourced>
  aggregate(name: string, fields: Fields, options: AggregateOptions<unknown> = {}): unknown {
    const cls = this.declareElement('aggregate', name, fields, options)
    if (options.factEvents === true && options.abstract !== true)
      this.registry.add({ kind: 'element', element: declareFactEvent(definitionOf(cls) as ElementDefinition) })
    return cls
  }

  /** The event with the whole state of an aggregate that was declared with `factEvents`: to be handled as any other. */
  factEvent<F extends Fields>(aggregate: Constructor<Aggregate> & { readonly '~fields': F }): FactEventClass<F> {
    const definition = definitionOf(aggregate)
    const fact = definition === undefined ? undefined : factEventOf(definition)
    if (fact !== undefined) return fact.cls as unknown as FactEventClass<F>
    throw new IncorrectUsageError(
      `${definition?.name ?? 'This class'} has no fact events. Declare the aggregate with { factEvents: true }.`,
      { code: 'NO_FACT_EVENTS' },
    )
  }

  /** A thing with an identity of its own inside an aggregate. */
  entity<F extends Fields, Parent extends Abstract<Entity> = never, const IsAbstract extends boolean = false>(
    name: string,
    fields: F,
    options: EntityOptions<Parent, IsAbstract>,
  ): EntityClass<WithId<FieldsOf<Parent, F>, IsAbstract>, InstanceOf<Parent>>
  entity(name: string, fields: Fields, options: EntityOptions<unknown>): unknown {
    return this.declareElement('entity', name, fields, options)
  }

  /** A value: immutable, equal to another when all its parts are. */
  valueObject<F extends Fields, Parent extends Abstract<{ readonly [KIND]: 'valueObject' }> = never>(
    name: string,
    fields: F,
    options?: ValueObjectOptions<Parent>,
  ): ValueObjectClass<FieldsOf<Parent, F>, InstanceOf<Parent>>
  valueObject(name: string, fields: Fields, options: ValueObjectOptions<unknown> = {}): unknown {
    return this.declareElement('valueObject', name, fields, options)
  }

  /** Something that happened to an aggregate. */
  event<F extends Fields, Parent extends Abstract<EventMessage> = never>(
    name: string,
    fields: F,
    options: EventOptions<Parent>,
  ): EventClass<FieldsOf<Parent, F>, MessageOf<Parent>>
  event(name: string, fields: Fields, options: EventOptions<unknown>): unknown {
    return this.declareElement('event', name, fields, options)
  }

  /** Something that is wanted of an aggregate. `returns` types what its handler gives back. */
  command<F extends Fields, R extends AnyField = never, Parent extends Abstract<CommandMessage> = never>(
    name: string,
    fields: F,
    options: CommandOptions<R, Parent>,
  ): CommandClass<FieldsOf<Parent, F>, [R] extends [never] ? void : R['~type'], MessageOf<Parent>>
  command(name: string, fields: Fields, options: object): unknown {
    return this.declareElement('command', name, fields, options)
  }

  /** Something that is asked of a projection. */
  query<F extends Fields, const R extends Returns = never>(
    name: string,
    fields: F,
    options: QueryOptions<R>,
  ): QueryClass<F, [R] extends [never] ? unknown : ReturnOf<R>>
  query(name: string, fields: Fields, options: object): unknown {
    return this.declareElement('query', name, fields, options)
  }

  /** A read model, kept up to date by projectors. One of its fields is the identifier. */
  projection<F extends Fields, Parent extends Abstract<Projection> = never>(
    name: string,
    fields: F,
    options?: ProjectionOptions<Parent>,
  ): ProjectionClass<FieldsOf<Parent, F>, InstanceOf<Parent>>
  projection(name: string, fields: Fields, options: ProjectionOptions<unknown> = {}): unknown {
    return this.declareElement('projection', name, fields, options)
  }

  commandHandler(name: string, options: CommandHandlerOptions): CommandHandler {
    return new CommandHandler(this.declareGroup('command handler', name, options))
  }

  eventHandler(name: string, options: EventHandlerOptions): EventHandler {
    return new EventHandler(this.declareGroup('event handler', name, options))
  }

  projector(name: string, options: ProjectorOptions): Projector {
    return new Projector(this.declareGroup('projector', name, options))
  }

  queryHandler(name: string, options: QueryHandlerOptions): QueryHandler {
    return new QueryHandler(this.declareGroup('query handler', name, options))
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

  /**
   * Reads older messages of an event or command: makes a payload of version `from` one of version `to`. Steps follow each other up to the version that the class has;
   * what is stored is never rewritten.
   */
  upcaster<Message extends EventMessage | CommandMessage<unknown>>(
    message: Constructor<Message>,
    versions: { readonly from: number; readonly to: number },
    upcast: Upcast,
  ): void {
    this.registry.addUpcaster(message, versions.from, versions.to, upcast)
  }

  protected declareElement(kind: ElementKind, name: string, fields: Fields, options: object): Constructor {
    const { cls, definition } = elementClass(this.scope, kind, name, fields, options as Record<string, unknown>)
    this.registry.add({ kind: 'element', element: definition })
    return cls
  }

  protected declareGroup(kind: HandlerKind, name: string, options: object, process?: ElementDefinition): HandlerGroup {
    const group: HandlerGroup = { kind, name, options: options as Record<string, unknown>, entries: [], onError: undefined, process }
    this.registry.add({ kind: 'handlers', group })
    return group
  }

  #service(kind: DeclaredService['kind'], name: string, options: object): void {
    this.registry.add({ kind: 'service', service: { kind, name, options: options as Record<string, unknown> } })
  }
}
