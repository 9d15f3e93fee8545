import { deadLetters } from 'proteanjs'
import { drain } from 'proteanjs/testing'
import { expect, test } from 'vitest'
import { makeLedger, makeTimedLedger } from '../support/ledger.ts'

test('handles what is left to engines, and what follows from it', async () => {
  const { domain, Enter, balanceOf } = makeLedger()
  await domain.init()
  for (const amount of [1, 2]) await domain.process(new Enter({ account: 'a', amount }))
  expect(await balanceOf('a')).toEqual([])
  await drain(domain)
  expect(await balanceOf('a')).toEqual([1, 2])
  await drain(domain)
  expect(await balanceOf('a')).toEqual([1, 2])
})

test('throws with all that failed, when everything else is done', async () => {
  const { domain, Enter, hooks, balanceOf } = makeLedger()
  await domain.init()
  hooks.booking = ({ account }) => {
    if (account !== 'c') throw new Error(`no ${account}`)
  }
  for (const account of ['a', 'b', 'c']) await domain.process(new Enter({ account, amount: 1 }))
  const failure = await drain(domain).catch((error: unknown) => error)
  expect(failure).toBeInstanceOf(AggregateError)
  expect((failure as AggregateError).errors.map(String).toSorted()).toEqual(['Error: no a', 'Error: no b'])
  expect((failure as AggregateError).message).toMatch(/^2 handlers failed: Bookings on Ledger\.Entered\.v1: no [ab]; Bookings on/)
  expect(await balanceOf('c')).toEqual([1])
})

test('leaves what is to be tried again later, until the clock says so', async () => {
  const { domain, Enter, hooks, clock, balanceOf } = makeTimedLedger()
  await domain.init()
  await domain.process(new Enter({ account: 'a', amount: 1 }))
  hooks.booking = () => {
    throw new Error('not now')
  }
  await expect(drain(domain)).rejects.toThrow('A handler failed: Bookings on Ledger.Entered.v1: not now')
  hooks.booking = () => undefined
  await drain(domain)
  expect(await balanceOf('a')).toEqual([])
  expect(await deadLetters(domain).count({ state: 'waiting' })).toBe(1)
  clock.advance(3_600_000)
  await drain(domain)
  expect(await balanceOf('a')).toEqual([1])
})
