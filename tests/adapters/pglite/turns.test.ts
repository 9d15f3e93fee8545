import { expect, test } from 'vitest'
import { Turns } from '../../../src/adapters/pglite/turns.ts'
import { ManualTimers } from '../../../src/testing/manual-timers.ts'

test('everybody gets in, one after the other, in the order in which they came', async () => {
  const turns = new Turns(new ManualTimers(), 1000)
  const seen: string[] = []
  const visit = async (name: string) => {
    const leave = await turns.enter()
    seen.push(`${name} in`)
    await Promise.resolve()
    seen.push(`${name} out`)
    leave()
  }
  await Promise.all(['a', 'b', 'c'].map(visit))
  expect(seen).toEqual(['a in', 'a out', 'b in', 'b out', 'c in', 'c out'])
})

test('who waits for too long is told, and does not keep those behind him waiting', async () => {
  const time = new ManualTimers()
  const turns = new Turns(time, 1000)
  const leave = await turns.enter()
  const impatient = turns.enter().catch((error: unknown) => error)
  await time.advance(600)
  const patient = turns.enter()
  await time.advance(400)
  expect(await impatient).toMatchObject({ code: 'CONNECTIONS_EXHAUSTED', retryable: true })
  leave()
  ;(await patient)()
  ;(await turns.enter())()
})
