import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { cloudEventSource, fromCloudEvent, toCloudEvent } from '../../src/messaging/cloud-event.ts'
import { decodeMessage, encodeMessage } from '../../src/messaging/message-codec.ts'
import { commandStream, eventStream, factStream, snapshotStream, streamCategory } from '../../src/messaging/stream-name.ts'
import { queryTypeString, typeString } from '../../src/messaging/type-string.ts'
import { orderRenamed } from './sample-messages.ts'

const page = readFileSync(new URL('../../docs/reference/messages.md', import.meta.url), 'utf8')
const sample = orderRenamed({ position: 1, cursor: '42' })

describe('the reference page on messages', () => {
  it('shows the stored form as it is written and read', () => {
    expect(encodeMessage(sample)).toStrictEqual(block('stored'))
    expect(decodeMessage(block('stored'))).toEqual(sample)
  })

  it('shows the CloudEvent as it is written and read', () => {
    expect(toCloudEvent(sample, { source: cloudEventSource('My Shop') })).toStrictEqual(block('cloud-event'))
    expect(fromCloudEvent(block('cloud-event')).id).toBe(sample.id)
  })

  it.each([
    typeString('My Shop', 'OrderRenamed', 1),
    queryTypeString('my-shop', 'OpenOrders'),
    streamCategory('MyShop', 'OrderItem'),
    eventStream('my_shop::order', '17'),
    commandStream('my_shop::order', '17'),
    factStream('my_shop::order', '17'),
    snapshotStream('my_shop::order', '17'),
  ])('has %s among its examples of names', (name) => {
    expect(page).toContain(`| \`${name}\` |`)
  })
})

/** The JSON of the code block whose fence names it. */
function block(name: string): unknown {
  const text = page.split(`\n\`\`\`json ${name}\n`)[1]?.split('\n```')[0]
  if (text === undefined) throw new Error(`docs/reference/messages.md has no block "json ${name}"`)
  return JSON.parse(text)
}
