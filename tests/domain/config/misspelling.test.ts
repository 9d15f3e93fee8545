import { expect, test } from 'vitest'
import { nearest } from '../../../src/util/nearest.ts'

const KEYS = ['event_processing', 'eventStore', 'env', 'lint', 'databases', 'caches', 'server']

test.each([
  ['databses', 'databases'],
  ['databsaes', 'databases'],
  ['database', 'databases'],
  ['eventProcessing', 'event_processing'],
  ['EVENT-STORE', 'eventStore'],
  ['lnit', 'lint'],
  ['sever', 'server'],
  ['evn', 'env'],
])('%s means %s', (name, meant) => {
  expect(nearest(name, KEYS)).toBe(meant)
})

test.each(['dev', 'test', 'production', 'memory', 'ci', 'x', ''])('%j means none of them', (name) => {
  expect(nearest(name, KEYS)).toBeUndefined()
})

test('of several the closest is meant', () => {
  expect(nearest('retries', ['entries', 'retry', 'retried'])).toBe('retried')
})
