import { DatabaseError } from 'proteanjs'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { FAILURE_TABLE } from '../../src/handlers/engine-tables.ts'
import { EVERYTHING } from '../../src/ports/criteria.ts'
import type { Database } from '../../src/ports/database.ts'
import { makeRunningLedger } from './running-engines.ts'

let ledger: ReturnType<typeof makeRunningLedger>
beforeEach(() => {
  ledger = makeRunningLedger()
})
afterEach(() => ledger.stopAll())

test('a failure whose writing down is not answered is not forgotten: it is gone when the message is handled', async () => {
  const { domain, hooks, enter, start, balanceOf, eventually, pass } = ledger
  await domain.init()
  const database = domain.providers.get('default')?.database as Database
  const commit = database.commit.bind(database)
  let lost = 0
  database.commit = async (changes) => {
    const receipt = await commit(changes)
    if (lost > 0 || !changes.inserts.some(({ table }) => table === FAILURE_TABLE)) return receipt
    lost += 1
    throw new DatabaseError('The connection broke during the commit.', { code: 'COMMIT_OUTCOME_UNKNOWN', retryable: true })
  }
  let calls = 0
  hooks.booking = () => {
    calls += 1
    if (calls === 1) throw new Error('only once')
  }
  start()
  await enter('a', 1)
  await eventually(() => lost).toBe(1)
  await eventually(async () => {
    await pass(5000)
    return balanceOf('a')
  }).toEqual([1])
  await enter('a', 2)
  await eventually(() => balanceOf('a')).toEqual([1, 2])
  expect(await database.count(FAILURE_TABLE, EVERYTHING)).toBe(0)
})
