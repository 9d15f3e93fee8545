import { afterEach, beforeEach, expect, test } from 'vitest'
import { NO_CHANGES } from '../../../src/ports/change-set.ts'
import { allDone, times } from '../../../src/testing/conformance/assertions.ts'
import type { RecordedMessage } from '../../../src/testing/conformance/check-log.ts'
import { checkLog, recorded, recordedAppend } from '../../../src/testing/conformance/check-log.ts'
import { LogFollower } from '../../../src/testing/conformance/log-follower.ts'
import { MessageMaker } from '../../../src/testing/conformance/messages.ts'
import { changes } from '../../../src/testing/conformance/rows.ts'
import { systemTimers } from '../../../src/util/runtime/timers.ts'
import { SqliteFile } from '../support/sqlite-file.ts'

const WRITERS = 6
const TURNS = 15

let file: SqliteFile

beforeEach(async () => {
  file = await SqliteFile.make()
})

afterEach(() => file.remove())

test('G3: readers skip nothing and see every stream in order, while several processes append, keep transactions open and roll back', {
  timeout: 60_000,
}, async () => {
  const databases = [await file.open(), await file.open(), await file.open()] as const
  await databases[0].createArtifacts([])
  const make = new MessageMaker()
  let writing = true

  const write = async (writer: number): Promise<RecordedMessage[]> => {
    const database = databases[writer % databases.length]!
    const appended: RecordedMessage[] = []
    for (let turn = 0; turn < TURNS; turn += 1) {
      const append = make.append(`order-${(writer + turn) % 4}`, 1 + (turn % 2))
      if (turn % 3 === 0) appended.push(...recordedAppend(append, (await database.events.append([append])).positions.get(append.stream)))
      else {
        const transaction = await database.begin()
        await transaction.apply(changes({ appends: [append] }))
        // Others get the time to read and to want to write.
        for (let pause = 0; pause < 5; pause += 1) await database.events.readAll({ limit: 1 })
        if (turn % 3 === 1) await transaction.rollback()
        else appended.push(...recordedAppend(append, (await transaction.commit(NO_CHANGES)).positions.get(append.stream)))
      }
    }
    return appended
  }

  const written = allDone(times(WRITERS, write)).finally(() => {
    writing = false
  })
  const followers = databases.map(
    ({ events }, at) => new LogFollower(events, { category: at === 0 ? undefined : 'order', pageSize: 1 + 3 * at }),
  )
  const reading = followers.map(async (follower) => {
    while (writing) {
      await follower.poll()
      // A call of SQLite never waits, so that nothing else would get a turn.
      await systemTimers.sleep(1)
    }
    const expected = (await written).flat().length
    await follower.until(() => expected)
  })
  await allDone<unknown>([written, ...reading])
  const appended = (await written).flat()
  expect(appended.length).toBeGreaterThan(WRITERS * TURNS * 0.6)
  for (const { messages } of followers) expect(checkLog({ appended, read: messages.map(recorded) })).toEqual([])
})
