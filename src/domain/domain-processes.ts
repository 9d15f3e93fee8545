import { IncorrectUsageError } from '../errors.ts'
import type { CommandProcessing } from '../handlers/process-command.ts'
import type { ProcessStepRecord } from '../handlers/process-history.ts'
import { processHistory } from '../handlers/process-history.ts'
import type { ProcessFields, ProcessManager, ProcessManagerClass } from '../handlers/process-manager.ts'
import { declareReactions } from '../handlers/process-manager.ts'
import type { ScheduleCommandOptions } from '../handlers/schedule-command.ts'
import { scheduleCommand, unscheduleCommand } from '../handlers/schedule-command.ts'
import type { DeclaredSubscriber, SubscriberFunction } from '../handlers/subscriber.ts'
import { deliverPublished, Subscriber } from '../handlers/subscriber.ts'
import { subscriptionId } from '../handlers/subscription-id.ts'
import { definitionOf } from '../model/definition.ts'
import type { CommandMessage } from '../model/element-class.ts'
import type { ProcessManagerOptions } from '../model/element-options.ts'
import type { Constructor } from '../model/element-ref.ts'
import { FieldSpec } from '../model/field-spec.ts'
import type { Fields } from '../model/field-type.ts'
import type { ScheduleTime } from '../model/process-manager-base.ts'
import type { Broker } from '../ports/broker.ts'
import type { DomainConfig } from './config/schema.ts'
import { DomainElements } from './domain-elements.ts'
import type { SubscriberOptions } from './handler-options.ts'

/** What a domain offers for what takes time, or comes from elsewhere: processes, schedules, subscribers. */
export abstract class DomainProcesses extends DomainElements {
  protected abstract readonly commands: CommandProcessing
  abstract readonly config: DomainConfig
  abstract readonly brokers: ReadonlyMap<string, Broker>

  /** Handles messages of other systems: what a broker has in a stream, each message in a unit of work. */
  subscriber(name: string, options: SubscriberOptions, run: SubscriberFunction): Subscriber {
    const declared: DeclaredSubscriber = { kind: 'subscriber', name, options: { ...options }, run, onError: undefined }
    this.registry.add({ kind: 'subscriber', subscriber: declared })
    return new Subscriber(declared, () => this.commands)
  }

  /** Called by brokers in this process when something was published to them. */
  protected async published(broker: string, stream: string): Promise<void> {
    if (this.config.messageProcessing !== 'sync') return
    const subscribers = this.registry.subscribers.filter(
      ({ options }) => options.stream === stream && (options.broker ?? 'default') === broker,
    )
    if (subscribers.length === 0) return
    const groupOf = (name: string) => subscriptionId(this.registry.domainName, name)
    await deliverPublished(this.commands, this.brokers.get(broker) as Broker, subscribers, stream, groupOf)
  }

  /**
   * Something that takes several steps, each in answer to an event: what it has to remember between them, and what it does about each, declared with
   * `static { this.handle(Event, { start: true, correlate: 'orderId' }, async (process, event) => { … }) }`. Gets `id` when no field is its identifier.
   */
  processManager<F extends Fields>(name: string, fields: F, options?: ProcessManagerOptions): ProcessManagerClass<ProcessFields<F>>
  processManager(name: string, fields: Fields, options: ProcessManagerOptions = {}): unknown {
    const cls = this.declareElement('processManager', name, fields, options)
    const group = this.declareGroup('process manager', name, options, definitionOf(cls))
    const required = Object.entries(fields).filter(([, spec]) => spec instanceof FieldSpec && spec.settings.required === true)
    declareReactions(
      cls,
      group,
      required.map(([field]) => field),
      () => this.commands,
    )
    return cls
  }

  /** The events that a process has handled, the first one first, each with the state that it left. Empty where there is no such process. */
  processHistory(processManager: Constructor<ProcessManager>, id: string): Promise<readonly ProcessStepRecord[]> {
    const definition = definitionOf(processManager)
    if (definition?.kind !== 'processManager' || !this.registry.has(definition))
      throw new IncorrectUsageError(`processHistory() takes a class made by processManager() of the domain ${this.registry.domainName}.`, {
        code: 'NOT_A_PROCESS_MANAGER',
      })
    return processHistory(this.runtime().databaseFor(definition), definition.name, id)
  }

  /**
   * Has a command processed at a later time, and gives the id of its message. What was scheduled of this command under the same `key` before is cancelled.
   * Stored at once, or with the unit of work that is open; sent by an engine or, in tests, by `deliverScheduled()`.
   */
  schedule(command: CommandMessage, time: ScheduleTime, options: ScheduleCommandOptions = {}): Promise<string> {
    return scheduleCommand(this.commands, command, time, options)
  }

  /** Cancels what is scheduled of a command under a key. Gives whether anything was: what has been sent cannot be cancelled. */
  unschedule(command: Constructor<CommandMessage>, key: string): Promise<boolean> {
    return unscheduleCommand(this.commands, command, key)
  }
}
