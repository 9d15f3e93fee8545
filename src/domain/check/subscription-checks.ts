import { nearest } from '../../util/nearest.ts'
import type { Settings } from '../config/schema.ts'
import type { Registry } from '../registry.ts'
import type { Report } from './problem-log.ts'

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
