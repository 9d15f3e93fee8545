import { describe, expect, test } from 'vitest'
import type { ConformanceRunner } from '../../src/testing/conformance/index.ts'
import {
  brokerConformance,
  cacheConformance,
  clockConformance,
  databaseConformance,
  eventStoreConformance,
  idsConformance,
  timersConformance,
} from '../../src/testing/conformance/index.ts'
import { ManualClock } from '../../src/testing/manual-clock.ts'
import { brokerDefects } from './broken/brokers.ts'
import { cacheDefects } from './broken/caches.ts'
import { databaseDefects } from './broken/databases.ts'
import type { Defect } from './broken/defect.ts'
import { eventStoreDefects } from './broken/event-stores.ts'
import { limitedBroker, limitedDatabase } from './broken/limited.ts'
import { clockDefects, countingIds, idsDefects, manualTimers, timersDefects } from './broken/seams.ts'
import { inlineBroker, memoryCache, memoryDatabase, memoryEventStore } from './support/memory-harness.ts'
import type { Outcome } from './support/recording-runner.ts'
import { RecordingRunner } from './support/recording-runner.ts'

type Conformance<Harness> = (options: ConformanceRunner & { create(): Harness }) => void

function recorded<Harness>(suite: Conformance<Harness>, create: () => Harness): RecordingRunner {
  const runner = new RecordingRunner()
  suite({ describe: runner.describe, test: runner.test, create })
  return runner
}

function failures(outcomes: readonly Outcome[]): readonly Outcome[] {
  return outcomes.filter(({ verdict }) => verdict === 'failed')
}

/** The suite passes what is sound, and notices everything that is broken where it is broken. */
function testsItself<Harness>(suite: Conformance<Harness>, sound: () => Harness, defects: readonly Defect<Harness>[]): void {
  test('a sound adapter passes', async () => {
    expect(failures(await recorded(suite, sound).run())).toEqual([])
  })

  test('for every guarantee there is an adapter that breaks it', () => {
    const broken = new Set(defects.map(({ breaks }) => breaks))
    expect([...broken].sort()).toEqual([...recorded(suite, sound).groups].sort())
  })

  for (const { defect, breaks, create } of defects) {
    test(`"${breaks}" fails when ${defect}`, async () => {
      expect(failures(await recorded(suite, create).run(breaks))).not.toEqual([])
    })
  }
}

/** What an adapter says it cannot do is skipped, and nothing else. */
async function skips<Harness>(suite: Conformance<Harness>, create: () => Harness): Promise<readonly string[]> {
  const outcomes = await recorded(suite, create).run()
  expect(failures(outcomes)).toEqual([])
  return [...new Set(outcomes.filter(({ verdict }) => verdict === 'skipped').map(({ group }) => group))].sort()
}

describe('the database suite', () => {
  testsItself(databaseConformance, memoryDatabase, databaseDefects)

  test('a database without transactions and events passes the rest', async () => {
    expect(await skips(databaseConformance, limitedDatabase)).toEqual([
      'G1: a transaction is stored as a whole or not at all',
      'G1: events of a transaction are there when it has committed',
      'G1: rows and events are committed together',
      'G2: a transaction with a stale write is refused',
      'G3: readers miss nothing that a transaction commits late',
      'G9: what some database could not keep, all refuse, with the field',
      'a change by a condition holds until the transaction commits',
      'a database works while it is open, and only then',
      'a transaction ends once',
      'a transaction sees what it has changed',
      'a transaction with a value that somebody else took is refused',
      'one table takes the place of another',
      'what a transaction claims is its own until it ends',
    ])
  })
})

describe('the event store suite', () => testsItself(eventStoreConformance, memoryEventStore, eventStoreDefects))

describe('the broker suite', () => {
  testsItself(brokerConformance, inlineBroker, brokerDefects)

  test('a broker without acknowledgement passes the rest', async () => {
    expect(await skips(brokerConformance, limitedBroker)).toEqual([
      'G4: what was delivered is pending until it is acknowledged',
      'G7: another consumer takes over what lies idle',
      'a broker that keeps nothing says so',
      'a stream is trimmed',
      'what a group has before it is counted',
    ])
  })
})

describe('the cache suite', () => testsItself(cacheConformance, memoryCache, cacheDefects))

describe('the clock suite', () => testsItself(clockConformance, () => ({ clock: new ManualClock() }), clockDefects))

describe('the id suite', () => testsItself(idsConformance, countingIds, idsDefects))

describe('the timer suite', () => testsItself(timersConformance, manualTimers, timersDefects))
