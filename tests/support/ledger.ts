import type { Domain, DomainOptions } from 'proteanjs'
import { ManualClock } from '../../src/testing/manual-clock.ts'
import { ManualTimers } from '../../src/testing/manual-timers.ts'
import { declareLedger } from './ledger-domain.ts'
import { TestDomain } from './test-domain.ts'

/** A ledger on the database that is tested. */
export function makeLedger(options: DomainOptions = {}, domain: Domain = new TestDomain('ledger', options)) {
  return declareLedger(domain)
}

export type Ledger = ReturnType<typeof makeLedger>

/** A ledger whose time a test drives. */
export function makeTimedLedger(options: Pick<DomainOptions, 'random'> = {}) {
  const clock = new ManualClock()
  const timers = new ManualTimers(clock)
  return { ...makeLedger({ clock, timers, ...options }), clock, timers }
}
