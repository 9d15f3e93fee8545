import { beforeEach, describe, expect, test } from 'vitest'
import { Gathering } from '../../../src/adapters/postgres/gathering.ts'
import { ManualTimers } from '../../../src/testing/manual-timers.ts'
import { turn } from '../../../src/util/runtime/turn.ts'

describe('gathering', () => {
  let timers: ManualTimers
  let sent: (readonly string[])[]
  let finish: (() => void)[]
  let gathering: Gathering<string>

  beforeEach(() => {
    timers = new ManualTimers()
    sent = []
    finish = []
    gathering = new Gathering<string>({
      timers,
      lanes: 2,
      take: (waiting) => waiting.splice(0, 3),
      send(members) {
        sent.push(members)
        return new Promise((resolve) => finish.push(resolve))
      },
    })
  })

  /** At one moment. */
  const add = async (...members: readonly string[]) => {
    for (const member of members) gathering.add(member)
    await turn()
  }
  /** One after the other. */
  const addEach = async (...members: readonly string[]) => {
    for (const member of members) await add(member)
  }
  const finishFlush = async (at: number) => {
    finish[at]?.()
    await turn()
  }

  test('who finds a lane free goes before any time passes, alone when nobody else comes', async () => {
    await addEach('a', 'b')
    expect(sent).toEqual([['a'], ['b']])
    expect(timers.sleeping).toBe(0)
  })

  test('who comes at the same moment goes together, also after some promises', async () => {
    const later = async (member: string) => {
      for (let hops = 0; hops < 10; hops += 1) await undefined
      gathering.add(member)
    }
    gathering.add('a')
    await Promise.all([later('b'), later('c')])
    await turn()
    expect(sent).toEqual([['a', 'b', 'c']])
  })

  test('who finds none free goes with all who wait as soon as one is', async () => {
    await addEach('a', 'b')
    await add('c', 'd')
    expect(sent.length).toBe(2)
    await finishFlush(1)
    expect(sent.slice(2)).toEqual([['c', 'd']])
  })

  test('more than go together go one batch after the other, and nobody is forgotten', async () => {
    await addEach('a', 'b')
    await add('c', 'd', 'e', 'f', 'g')
    for (const at of [0, 1, 2, 3]) await finishFlush(at)
    expect(sent.slice(2)).toEqual([
      ['c', 'd', 'e'],
      ['f', 'g'],
    ])
    await add('h')
    expect(sent.at(-1)).toEqual(['h'])
  })

  test('a flush that is held up does not hold up others for long', async () => {
    await addEach('a', 'b', 'c')
    await timers.advance(49)
    expect(sent.length).toBe(2)
    await timers.advance(1)
    expect(sent.slice(2)).toEqual([['c']])
  })

  test('a flush that was held up and then ends lets nobody in a second time', async () => {
    await addEach('a', 'b', 'c')
    await timers.advance(50)
    await add('d')
    expect(sent.at(-1)).toEqual(['d'])
    await add('e')
    await finishFlush(0)
    await finishFlush(1)
    expect(sent.at(-1)).toEqual(['d'])
    await finishFlush(2)
    expect(sent.at(-1)).toEqual(['e'])
  })

  test('no timer runs when nobody waits any more', async () => {
    await addEach('a', 'b', 'c')
    expect(timers.sleeping).toBe(1)
    for (const at of [0, 1, 2]) await finishFlush(at)
    expect(timers.sleeping).toBe(0)
  })
})
