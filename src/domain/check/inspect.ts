import type { Problem } from '../../errors.ts'
import type { HandlerMap } from '../../handlers/handler-map.ts'
import type { Settings } from '../config/schema.ts'
import { checkElement } from '../element-checks.ts'
import type { Registry } from '../registry.ts'
import { wireHandlers } from '../wiring.ts'
import { checkEventSourcing } from './event-sourcing-checks.ts'
import { checkMessageNames } from './message-checks.ts'
import { checkElementOptions, checkFunctionOptions } from './option-checks.ts'
import { ProblemLog } from './problem-log.ts'
import { checkRepositories } from './repository-checks.ts'
import { checkSequentialKeys } from './sequential-checks.ts'
import { checkService } from './service-checks.ts'
import { checkSubscriber } from './subscriber-checks.ts'
import { checkOutboxIsThere, checkSubscriptionNames } from './subscription-checks.ts'
import { checkSuppressionCounts, checkSuppressions } from './suppressions.ts'
import { checkTables } from './table-checks.ts'
import { checkUpcasters } from './upcaster-checks.ts'

export interface Inspection {
  readonly handlers: HandlerMap
  /** Every mistake, in the order of the declarations. */
  readonly problems: readonly Problem[]
}

/** Looks at everything that was declared, together: works out who handles what, and finds all that is wrong. Opens and changes nothing. `hasIds`: whether the domain was given a way to make identities. */
export function inspect(registry: Registry, settings: Settings, hasIds: boolean): Inspection {
  const log = new ProblemLog(registry)
  checkSuppressionCounts(settings.lint, log.general)
  checkSubscriptionNames(registry, settings, log.general)
  checkOutboxIsThere(registry, settings, log)
  if (settings.identityStrategy === 'function' && !hasIds) {
    log.general({
      code: 'IDENTITY_FUNCTION_MISSING',
      element: 'config.identityStrategy',
      message: 'is function, and the domain was given none.',
      fix: 'Give new Domain(name, { ids }) an object with next(), or leave identityStrategy out.',
    })
  }
  for (const [position, declaration] of registry.declarations.entries()) {
    const report = log.at(position)
    if (declaration.kind === 'element') {
      checkElementOptions(declaration.element, report)
      checkElement(registry, declaration.element, log)
      checkSuppressions(declaration.element, settings.lint, report)
    } else if (declaration.kind === 'handlers') {
      const { kind } = declaration.group
      // Those of a process manager are options of the element, and looked at there.
      if (kind === 'process manager') continue
      checkFunctionOptions({ ...declaration.group, kind }, report)
      checkSuppressions(declaration.group, settings.lint, report)
    } else if (declaration.kind === 'service') {
      checkFunctionOptions(declaration.service, report)
      checkService(registry, declaration.service, report)
      checkSuppressions(declaration.service, settings.lint, report)
    } else if (declaration.kind === 'subscriber') {
      checkSubscriber(registry, declaration.subscriber, settings, report)
      checkSuppressions(declaration.subscriber, settings.lint, report)
    }
  }
  checkEventSourcing(registry, log)
  const handlers = wireHandlers(registry, log)
  checkSequentialKeys(registry, handlers, settings, log)
  checkMessageNames(registry, log)
  checkUpcasters(registry, log)
  checkTables(registry, settings, log)
  checkRepositories(registry, log)
  return { handlers, problems: log.problems }
}
