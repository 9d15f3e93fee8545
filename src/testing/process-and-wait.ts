import type { Domain } from '../domain/domain.ts'
import { ConfigurationError, IncorrectUsageError, ReactionError } from '../errors.ts'
import type { ProcessOptions } from '../handlers/process-command.ts'
import { definitionOfInstance } from '../model/definition.ts'
import type { CommandMessage } from '../model/element-class.ts'
import { domainOf, scopeOf } from './element-domain.ts'
import type { EventLog } from './event-log.ts'
import { logOf } from './stored-events.ts'

interface Processed {
  /** Everything that happened on account of the command, reactions included, in the order in which it was stored. */
  readonly events: EventLog
}

/** What came of a command and of everything that reacted to it. */
export type ProcessResult<Result> =
  | (Processed & { readonly succeeded: true; readonly failed: false; readonly result: Result; readonly error: undefined })
  | (Processed & {
      readonly succeeded: false
      readonly failed: true
      /** There where the command itself was carried out and a reaction failed. */
      readonly result: Result | undefined
      readonly error: unknown
    })

/**
 * Processes a command and everything that follows from it. Errors of the command's handler and of reactions (`ReactionError`) are in the result;
 * `IncorrectUsageError` and `ConfigurationError`, which mean that the test or the domain is wrong, are thrown. Commands and events must be
 * handled synchronously.
 */
export async function processAndWait<Result>(
  command: CommandMessage<Result>,
  options: Omit<ProcessOptions, 'asynchronous'> = {},
): Promise<ProcessResult<Result>> {
  const definition = definitionOfInstance(command)
  if (definition?.kind !== 'command') {
    throw new IncorrectUsageError('processAndWait() takes a command, an instance of a class made by domain.command().', {
      code: 'NOT_A_COMMAND',
    })
  }
  const domain = domainOf(definition)
  refuseAsynchronous(domain)
  const correlationId = options.correlationId ?? scopeOf(definition).newIdentity().replaceAll('-', '')
  const events = async () => logOf(await domain.log.correlated(correlationId), command)
  try {
    const result = await domain.process(command, { ...options, correlationId })
    return { succeeded: true, failed: false, result, error: undefined, events: await events() }
  } catch (error) {
    if (error instanceof IncorrectUsageError || error instanceof ConfigurationError) throw error
    const result = error instanceof ReactionError ? (error.result as Result) : undefined
    return { succeeded: false, failed: true, result, error, events: await events() }
  }
}

function refuseAsynchronous(domain: Domain): void {
  const left = (['commandProcessing', 'eventProcessing'] as const).filter((mode) => domain.config[mode] !== 'sync')
  if (left.length === 0) return
  throw new IncorrectUsageError(
    `processAndWait() would wait in vain: ${left.join(' and ')} of ${domain.name} ${left.length === 1 ? 'is' : 'are'} "async", and no engine is running. Set ${left.map((mode) => `domain.config.${mode} = 'sync'`).join(' and ')} before init(), or the same in the overlay [test] of domain.toml; or submit it with process(), and then drain(domain).`,
    { code: 'PROCESSING_ASYNCHRONOUS' },
  )
}
