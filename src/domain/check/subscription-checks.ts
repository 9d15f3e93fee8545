import type { HandlerKind } from '../../handlers/handler-group.ts'
import { nearest } from '../../util/nearest.ts'
import type { Settings } from '../config/schema.ts'
import { subscriptionType } from '../config/subscription-type.ts'
import type { Registry } from '../registry.ts'
import type { ProblemLog, Report } from './problem-log.ts'

const READERS: ReadonlySet<HandlerKind> = new Set(['command handler', 'event handler', 'projector'])

/**
 * Nothing would reach a handler that reads from streams which nobody fills. That the server’s default is so is a mistake of the configuration alone. Process managers
 * read the log, whatever is said of them.
 */
export function checkOutboxIsThere(registry: Registry, { outbox, server }: Settings, log: ProblemLog): void {
  if (outbox.enabled !== false || server.defaultSubscriptionType === 'stream') return
  for (const group of registry.groups) {
    if (!READERS.has(group.kind) || subscriptionType(server, group.name) !== 'stream') continue
    log.on(group)({
      code: 'CONFIG_OUTBOX_NEEDED',
      element: group.name,
      message: `reads from streams of the broker "${outbox.broker}", which only the outbox fills, and config.outbox.enabled is false.`,
      fix: `Leave outbox.enabled out, or set server.subscriptions.${group.name}.subscription_type to "event_store".`,
    })
  }
}

/** Settings of single handlers name handlers that there are: a misspelt name would leave the handler with other settings than were meant. */
export function checkSubscriptionNames(registry: Registry, { server }: Settings, report: Report): void {
  const handlers = registry.groups.filter(({ kind }) => kind !== 'query handler')
  const names = [...handlers, ...registry.subscribers].map(({ name }) => name)
  for (const [name, { partitions = 1 }] of Object.entries(server.subscriptions)) {
    if (partitions > 1 && registry.subscribers.some((subscriber) => subscriber.name === name))
      report({
        code: 'SUBSCRIBER_PARTITIONS',
        element: `config.server.subscriptions.${name}.partitions`,
        message: 'is for a subscriber, which reads the streams of a broker as one.',
        fix: 'Leave it out. Where several processes should share the work, have the subscriber make commands of the messages, and divide their handler.',
      })
    if (names.includes(name)) continue
    const meant = nearest(name, names)
    report({
      code: 'SUBSCRIPTION_UNKNOWN',
      element: `config.server.subscriptions.${name}`,
      message: 'is for a handler that the domain does not have.',
      fix: meant === undefined ? 'Name a command handler, an event handler or a projector, as it was declared.' : `Did you mean ${meant}?`,
    })
  }
}
