import { Domain, field } from 'proteanjs'
import { expect, test } from 'vitest'
import { findingsOf, nothing } from './findings.ts'

const id = field.identifier()

test.each([
  ['OrderPlacing', true],
  ['PaymentProcessing', true],
  ['OrderPlaced', false],
  ['PaymentSent', false],
  ['ShippingStarted', false],
  ['TransferCompleted', false],
])('whether the event %s sounds like something going on: %s', async (name, isFound) => {
  const domain = new Domain('shop')
  domain.aggregate('Order', {})
  domain.event(name, { id }, { partOf: 'Order' })
  expect(await findingsOf(domain, 'EVENT_NOT_PAST_TENSE')).toEqual(isFound ? [`EVENT_NOT_PAST_TENSE ${name}`] : [])
})

test.each([
  ['OrderedItem', true],
  ['PlacingOrder', true],
  ['CancellationRequest', true],
  ['PaymentOfOrder', true],
  ['PlaceOrder', false],
  ['Pay', false],
  ['FeedAnimals', false],
  ['BringBack', false],
  ['ImplementChange', false],
  ['PositionItem', false],
  ['Ship', false],
  ['BookRoom', false],
])('whether the command %s does not ask for something: %s', async (name, isFound) => {
  const domain = new Domain('shop')
  domain.aggregate('Order', {})
  class Command extends domain.command(name, {}, { partOf: 'Order' }) {}
  domain.commandHandler('Commands', { partOf: 'Order' }).handle(Command, nothing)
  expect(await findingsOf(domain, 'COMMAND_NOT_IMPERATIVE')).toEqual(isFound ? [`COMMAND_NOT_IMPERATIVE ${name}`] : [])
})

test.each([
  ['Notify', true],
  ['Organize', true],
  ['Payable', false],
  ['Shippable', true],
  ['Active', true],
  ['OrderActive', true],
  ['Order', false],
  ['Booking', false],
  ['Table', false],
  ['ProductArchive', false],
  ['Prize', false],
])('whether the aggregate %s does not sound like a thing: %s', async (name, isFound) => {
  const domain = new Domain('shop')
  domain.aggregate(name, {})
  expect(await findingsOf(domain, 'AGGREGATE_NOT_NOUN')).toEqual(isFound ? [`AGGREGATE_NOT_NOUN ${name}`] : [])
})
