/**
 * proteanjs: Domain-Driven Design, CQRS and event sourcing, with the domain model free of infrastructure.
 * In the order of the flow: a domain, its elements, messages, handlers, what stores them, and what can go wrong.
 */

// The domain
export type { AdapterModule, AdapterSetup } from './domain/adapter-loading.ts'
export type { ConfigInput, DomainConfig } from './domain/config/schema.ts'
export { currentDomain, currentMessage, currentValues } from './domain/current-domain.ts'
export type { DatabaseProvider } from './domain/database-provider.ts'
export { Domain } from './domain/domain.ts'
export type { DomainOptions, InitOptions } from './domain/domain-options.ts'
export type { IntegrityReport, Violation, ViolationKind } from './domain/integrity.ts'
export type { CausationNode, MessageLog, Trace } from './domain/message-log.ts'
export { currentPriority, withPriority } from './domain/processing-priority.ts'
export type { LogFields, Logger } from './ports/logger.ts'

// The model
export type { Children } from './model/children.ts'
export type {
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
  Projection,
  ProjectionClass,
  QueryClass,
  QueryMessage,
  ValueObject,
  ValueObjectClass,
} from './model/element-class.ts'
export type {
  AggregateOptions,
  CommandOptions,
  EntityOptions,
  EventOptions,
  IndexOptions,
  ProcessManagerOptions,
  ProjectionOptions,
  QueryOptions,
  ValueObjectOptions,
} from './model/element-options.ts'
export type { Constructor, ElementRef } from './model/element-ref.ts'
export { field } from './model/field.ts'
export type { Field, FieldPresence, Fields, Input, Props } from './model/field-type.ts'
export type { ScheduleOptions, ScheduleTime } from './model/process-manager-base.ts'

// Messages
export { messageOf } from './handlers/message-factory.ts'
export type { CloudEvent } from './messaging/cloud-event.ts'
export { cloudEventSource, fromCloudEvent, toCloudEvent } from './messaging/cloud-event.ts'
export type { StoredPosition } from './messaging/message.ts'
export { Message } from './messaging/message.ts'
export { decodeMessage, encodeMessage } from './messaging/message-codec.ts'
export type { Metadata } from './messaging/metadata.ts'
export { Priority } from './messaging/priority.ts'

// Handlers
export type { CommandHandler, EventHandler, Projector, QueryHandler } from './handlers/handler-builders.ts'
export type { FailureDecision, FailureHook } from './handlers/handler-group.ts'
export type { CommandEnricher, EventEnricher } from './handlers/message-factory.ts'
export type { ProcessOptions } from './handlers/process-command.ts'
export type { ProcessStepRecord } from './handlers/process-history.ts'
export type { Correlation, ProcessManager, ProcessManagerClass, ReactionOptions } from './handlers/process-manager.ts'
export type { ScheduleCommandOptions } from './handlers/schedule-command.ts'
export type { DeliveredFrom, Subscriber, SubscriberFunction } from './handlers/subscriber.ts'
export type { Upcast } from './handlers/upcaster.ts'

// Background work
export type { DeadLetter, DeadLetterFilter, DeadLetters } from './engine/dead-letters.ts'
export { deadLetters } from './engine/dead-letters.ts'
export type { EngineOptions } from './engine/engine.ts'
export { Engine } from './engine/engine.ts'
export type { EngineFailure, EngineTrace } from './engine/engine-context.ts'
export type { RebuildOptions, RebuildPhase, RebuildProgress, RebuildResult, SkippedEvent } from './engine/rebuild/rebuild-options.ts'
export { rebuildProjection, rebuildStatus } from './engine/rebuild/rebuild-projection.ts'
export type { PartStatus, WorkerStatus } from './engine/worker-status.ts'

// Repositories and queries
export type { Combination, Condition, Filter } from './unit-of-work/query/condition.ts'
export { and, not, or } from './unit-of-work/query/condition.ts'
export type { Page } from './unit-of-work/query/page.ts'
export type { Query } from './unit-of-work/query/query.ts'
export type { Changes } from './unit-of-work/query/query-writes.ts'
export type { OrderName, ReadOnlyQuery } from './unit-of-work/query/read-only-query.ts'
export type { SelectedRecord } from './unit-of-work/query/selected-record.ts'
export type { ReadView } from './unit-of-work/read-view.ts'
export { Repository } from './unit-of-work/repository.ts'
export { EventSourcedRepository } from './unit-of-work/history/event-sourced-repository.ts'

// Checks
export type { CustomFinding, CustomRule } from './domain/check/custom-rules.ts'
export type { CheckResult, Diagnostic } from './domain/check/diagnostic.ts'
export type {
  DomainDescription,
  ElementDescription,
  FieldDescription,
  HandlerDescription,
  ServiceDescription,
} from './domain/check/domain-description.ts'

// Seams and plain data
export type { JsonObject, JsonValue } from './util/json.ts'
export type { Clock } from './util/runtime/clock.ts'
export type { Ids } from './util/runtime/ids.ts'
export type { Timers } from './util/runtime/timers.ts'

// Errors
export type { Issue, Problem, ReactionFailure } from './errors.ts'
export {
  CommandExpiredError,
  ConfigurationError,
  DatabaseError,
  DeserializationError,
  DuplicateCommandError,
  ExpectedVersionError,
  IncorrectUsageError,
  InvalidOperationError,
  InvalidStateError,
  isProteanError,
  NotSupportedError,
  ObjectNotFoundError,
  ProteanError,
  ReactionError,
  TooManyObjectsError,
  TransactionError,
  ValidationError,
} from './errors.ts'
