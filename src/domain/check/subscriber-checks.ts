import type { DeclaredSubscriber } from '../../handlers/subscriber.ts'
import { nearest } from '../../util/nearest.ts'
import type { Settings } from '../config/schema.ts'
import type { Registry } from '../registry.ts'
import { withArticle } from './kind-names.ts'
import { checkFunctionOptions } from './option-checks.ts'
import type { Report } from './problem-log.ts'

/** A subscriber has a name of its own, a stream, a broker that is configured, and a function. */
export function checkSubscriber(registry: Registry, subscriber: DeclaredSubscriber, { brokers }: Settings, report: Report): void {
  checkFunctionOptions(subscriber, report)
  const { name, options, run } = subscriber
  const other = [...registry.groups, ...registry.subscribers].find((one) => one.name === name && one !== subscriber)
  if (
    other !== undefined &&
    (other.kind !== 'subscriber' || registry.subscribers.indexOf(other) < registry.subscribers.indexOf(subscriber))
  ) {
    report({
      code: 'HANDLER_NAME_TAKEN',
      element: name,
      message: `is the name of ${withArticle(other.kind)} and of ${other.kind === 'subscriber' ? 'another' : 'a subscriber'}.`,
      fix: 'Names identify handlers in storage: give one of them another.',
    })
  }
  if (options.stream === undefined) {
    report({
      code: 'SUBSCRIBER_STREAM_MISSING',
      element: name,
      message: 'is a subscriber to nothing.',
      fix: "Add { stream: '…' } with the stream that it reads.",
    })
  }
  if (typeof run !== 'function') {
    report({
      code: 'HANDLER_FUNCTION_MISSING',
      element: name,
      message: 'handles messages with something that is not a function.',
      fix: `Write domain.subscriber('${name}', { stream }, async (payload, message) => { … }).`,
    })
  }
  const broker = options.broker ?? 'default'
  if (typeof broker !== 'string' || Object.hasOwn(brokers, broker)) return
  const meant = nearest(broker, Object.keys(brokers))
  report({
    code: 'BROKER_UNKNOWN',
    element: name,
    message: `subscribes to the broker ${broker}, which is not configured.`,
    fix: meant === undefined ? `Configured are ${Object.keys(brokers).join(', ')}.` : `Did you mean ${meant}?`,
  })
}
