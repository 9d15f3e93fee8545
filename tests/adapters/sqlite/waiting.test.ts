import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { NO_CHANGES } from '../../../src/ports/change-set.ts'
import { EVERYTHING } from '../../../src/ports/criteria.ts'
import { conformanceClusters } from '../../../src/testing/conformance/index.ts'
import { MessageMaker } from '../../../src/testing/conformance/messages.ts'
import { inserting, selectedIds } from '../../../src/testing/conformance/rows.ts'
import { people, person } from '../../../src/testing/conformance/schemas.ts'
import { ManualTimers } from '../../../src/testing/manual-timers.ts'
import { SqliteFile } from '../support/sqlite-file.ts'

let file: SqliteFile
let time: ManualTimers

beforeEach(async () => {
  file = await SqliteFile.make()
  time = new ManualTimers()
  await (await file.open()).createArtifacts(conformanceClusters)
})

afterEach(() => file.remove())

const busy = expect.objectContaining({ name: 'DatabaseError', code: 'DATABASE_BUSY', retryable: true })

// Two databases on one file are to each other as two processes are; two callers of one database queue before they come to the file.
describe.each(['of the same process', 'of another process'])('a writer %s', (whose) => {
  const both = async () => {
    const first = await file.open({ busyTimeoutMs: 300 }, time)
    return [first, whose === 'of the same process' ? first : await file.open({ busyTimeoutMs: 300 }, time)] as const
  }

  test('is waited for', async () => {
    const [first, second] = await both()
    const transaction = await first.begin()
    const waiting = second.commit(inserting(people.table, person('p2')))
    await time.advance(200)
    await transaction.commit(inserting(people.table, person('p1')))
    await time.advance(200)
    await waiting
    expect(await selectedIds(second, people)).toEqual(['p1', 'p2'])
  })

  test('is waited for as long as was configured, and then may be tried again', async () => {
    const [first, second] = await both()
    const transaction = await first.begin()
    const outcomes = Promise.allSettled([
      second.commit(inserting(people.table, person('p2'))),
      second.begin(),
      second.updateWhere(people.table, EVERYTHING, { visits: 1 }),
      second.events.append([new MessageMaker().append('order-1')]),
      second.resetData(),
    ])
    // One after the other they come to wait for the file.
    await time.advance(2000)
    expect((await outcomes).map((outcome) => outcome.status === 'rejected' && outcome.reason)).toEqual([busy, busy, busy, busy, busy])
    await transaction.commit(inserting(people.table, person('p1')))
    await second.commit(inserting(people.table, person('p2')))
    expect(await selectedIds(first, people)).toEqual(['p1', 'p2'])
  })

  test('does not keep readers waiting, who see what was committed before', async () => {
    const [first, second] = await both()
    await first.commit(inserting(people.table, person('p1')))
    const transaction = await first.begin()
    await transaction.apply({ ...inserting(people.table, person('p2')), appends: [new MessageMaker().append('order-1')] })
    expect(await selectedIds(second, people)).toEqual(['p1'])
    expect(await second.count(people.table, EVERYTHING)).toBe(1)
    expect(await second.events.head()).toBeUndefined()
    await transaction.commit(NO_CHANGES)
    expect(await selectedIds(second, people)).toEqual(['p1', 'p2'])
  })
})

describe('writers of one process', () => {
  test('come in the order in which they asked', async () => {
    const database = await file.open()
    const transaction = await database.begin()
    const order: string[] = []
    const commits = ['a', 'b', 'c', 'd'].map((id) => database.commit(inserting(people.table, person(id))).then(() => order.push(id)))
    await transaction.rollback()
    await Promise.all(commits)
    expect(order).toEqual(['a', 'b', 'c', 'd'])
  })

  test('that still wait when the database is closed are refused', async () => {
    const database = await file.open()
    await database.begin()
    const waiting = [database.commit(inserting(people.table, person('p1'))), database.begin()]
    const outcomes = Promise.allSettled(waiting)
    await database.close()
    const refused = expect.objectContaining({ code: 'NOT_OPEN' })
    expect((await outcomes).map((outcome) => outcome.status === 'rejected' && outcome.reason)).toEqual([refused, refused])
    await database.open()
    expect(await selectedIds(database, people)).toEqual([])
  })

  test('do not wait for one whose change has failed, before it rolls back', async () => {
    const database = await file.open()
    const transaction = await database.begin()
    await expect(transaction.apply(inserting(people.table, person('p1'), person('p1')))).rejects.toMatchObject({ code: 'UNIQUE_VIOLATION' })
    await database.commit(inserting(people.table, person('p2')))
    await transaction.rollback()
    expect(await selectedIds(database, people)).toEqual(['p2'])
  })
})
