import type { HandlerMap } from '../handlers/handler-map.ts'
import type { CommandProcessing } from '../handlers/process-command.ts'
import type { RetrySeams } from '../handlers/quick-retry.ts'
import type { Runtime } from '../unit-of-work/runtime.ts'
import type { Settings } from './config/schema.ts'
import type { Infrastructure } from './infrastructure.ts'
import type { Registry } from './registry.ts'

/** What an engine needs of an initialised domain, and what is nobody else's business. */
export interface DomainInternals {
  readonly runtime: Runtime
  readonly handlers: HandlerMap
  readonly settings: Settings
  readonly registry: Registry
  readonly infrastructure: Infrastructure
  /** How commands are handled. */
  readonly commands: CommandProcessing
  /** Clock, timers and the policy for units of work that lost a race, or met a passing failure. */
  readonly retry: RetrySeams
}

const internals = new WeakMap<object, () => DomainInternals>()

/** Called by a domain about itself. */
export function reveal(domain: object, inside: () => DomainInternals): void {
  internals.set(domain, inside)
}

/** The inside of an initialised domain; throws `IncorrectUsageError` (`DOMAIN_NOT_INITIALIZED`) for one that is not. */
export function internalsOf(domain: object): DomainInternals {
  const inside = internals.get(domain)
  if (inside === undefined) throw new TypeError('An engine runs a Domain.')
  return inside()
}
