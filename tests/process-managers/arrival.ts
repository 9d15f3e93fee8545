import type { EventMessage } from 'proteanjs'
import { Message } from 'proteanjs'

const ids = new WeakMap<EventMessage, string>()
const delivered: EventMessage[] = []

/** The message with which an event of one stream arrives from elsewhere; for the same event always the same one. */
export function arriving(event: EventMessage, fqn: string, stream = 'elsewhere-1'): Message {
  const id = ids.get(event) ?? `message-${delivered.push(event)}`
  ids.set(event, id)
  const [domain = '', name = ''] = fqn.split('.')
  const category = stream.slice(0, stream.indexOf('-'))
  return new Message(event.toObject(), {
    headers: { id, time: new Date(0), type: `${domain[0]?.toUpperCase()}${domain.slice(1)}.${name}.v1`, stream },
    envelope: { specversion: '1.0' },
    domain: { kind: 'EVENT', fqn, streamCategory: category, version: 1, asynchronous: false, priority: 0, correlationId: 'c' },
    extensions: {},
  })
}
