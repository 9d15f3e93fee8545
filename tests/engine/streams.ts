import { Engine } from 'proteanjs'
import type { Broker } from '../../src/ports/broker.ts'
import { turn } from '../../src/util/runtime/turn.ts'
import { makeRunningLedger } from './running-engines.ts'

/** A ledger whose handlers read from the streams of a broker, in time that the test drives. */
export function makeStreamingLedger() {
  const ledger = makeRunningLedger()
  const { domain, clock } = ledger
  // #region streams
  domain.config.server.defaultSubscriptionType = 'stream'
  // #endregion streams
  const broker = () => domain.brokers.get('default') as Broker
  /** Lets so much time pass that what a broker has lost is noticed. */
  const audit = async () => {
    clock.advance(61_000)
    await turn()
    return ledger.work()
  }
  /** What a group still has before it, read or not. */
  const backlog = async (stream: string, group: string) => (await broker().backlog(stream, group, 1000)).count
  /** Lets the relay publish, and nobody read. */
  const publishAll = async () => {
    const onlooker = new Engine(domain)
    const readers = (await onlooker.status()).map(({ name }) => name).filter((name) => !name.startsWith('outbox:'))
    for (const name of readers) await onlooker.pause(name)
    await ledger.work()
    for (const name of readers) await onlooker.resume(name)
  }
  return { ...ledger, publishAll, broker, audit, backlog }
}

export const ACCOUNTS = 'ledger::account'
export const BOOKINGS = 'ledger:Bookings'
