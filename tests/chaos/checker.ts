/**
 * Judges the history of a run, knowing nothing of the framework: what was logged, what was done, what was given up. Which handler has to handle which message
 * is written down here once more, by hand.
 */
import { checkBooks } from './checked-books.ts'
import type { Beginning, History, LoggedMessage, RecordedEffect } from './history.ts'

/** Something that must not be, with the rows that show it. */
export interface Finding {
  readonly rule: string
  readonly rows: readonly unknown[]
}

/** By the type of a message: who has to do something about it. */
const HANDLERS: Readonly<Record<string, readonly string[]>> = {
  RequestTransfer: ['Transfers'],
  CompleteTransfer: ['Transfers'],
  FailTransfer: ['Transfers'],
  Withdraw: ['Accounts'],
  Deposit: ['Accounts'],
  TransferRequested: ['FundsTransfer'],
  MoneyWithdrawn: ['FundsTransfer', 'Statements'],
  WithdrawalRefused: ['FundsTransfer'],
  MoneyDeposited: ['FundsTransfer', 'Statements'],
  TransferCompleted: [],
  TransferFailed: [],
  PlaceOrder: ['Orders'],
  OrderPlaced: ['Reservations', 'OrderBoard'],
  StockReserved: ['OrderDecisions'],
  StockRefused: ['OrderDecisions'],
  OrderConfirmed: ['OrderBoard'],
  OrderRejected: ['OrderBoard'],
}
/** Their order is that of each process, whatever streams its events are in. */
const PROCESSES = new Set(['FundsTransfer'])
const BEGINNINGS = new Set(['RequestTransfer', 'PlaceOrder'])
const ENDS = new Set(['TransferCompleted', 'TransferFailed', 'OrderConfirmed', 'OrderRejected'])

/** What is wrong with a history; nothing, if all is as it should be. */
export function check(history: History, beginning: Beginning): readonly Finding[] {
  const found: [rule: string, rows: readonly unknown[]][] = [
    ['a stream has neither gaps nor repetitions', gaps(history)],
    ['every message is of a known type', history.log.filter(({ type }) => HANDLERS[type] === undefined)],
    ...checkHandling(history),
    ['the messages of a stream, and the events of a process, are handled in their order', reordered(history)],
    ...checkFlows(history, beginning),
    ...checkBooks(history, beginning),
  ]
  return found.filter(([, rows]) => rows.length > 0).map(([rule, rows]) => ({ rule, rows }))
}

/** A handler and a message. */
function pair(handler: string, messageId: string): string {
  return `${handler} ${messageId}`
}

function flowOf({ data }: LoggedMessage): string {
  return String(data.transferId ?? data.orderId)
}

function isPoison(handler: string, { type, data }: LoggedMessage): boolean {
  return data.poison === `${handler}/${type}`
}

function gaps({ log }: History): readonly LoggedMessage[] {
  const next = new Map<string, number>()
  const inStreams = [...log].sort((one, other) => one.position - other.position)
  return inStreams.filter(({ stream, position }) => {
    const expected = next.get(stream) ?? 0
    next.set(stream, position + 1)
    return position !== expected
  })
}

function checkHandling({ log, effects, failures }: History): [string, readonly unknown[]][] {
  const expected = log.flatMap((message) => (HANDLERS[message.type] ?? []).map((handler) => ({ handler, message })))
  const known = new Set(expected.map(({ handler, message }) => pair(handler, message.id)))
  const times = new Map<string, number>()
  for (const { handler, messageId } of effects) times.set(pair(handler, messageId), (times.get(pair(handler, messageId)) ?? 0) + 1)
  const dead = new Set(failures.filter(({ status }) => status === 'dead').map(({ handler, messageId }) => pair(handler, messageId)))
  const poison = new Set(expected.filter(({ handler, message }) => isPoison(handler, message)).map((it) => pair(it.handler, it.message.id)))
  const of = ({ handler, messageId }: RecordedEffect | History['failures'][number]) => pair(handler, messageId)
  return [
    [
      'every message is handled by every handler of it, or a dead letter',
      expected.filter(({ handler, message }) => !times.has(pair(handler, message.id)) && !dead.has(pair(handler, message.id))),
    ],
    ['an effect happens once', effects.filter((effect) => (times.get(of(effect)) ?? 0) > 1)],
    ['an effect has a message that is its handler’s', effects.filter((effect) => !known.has(of(effect)))],
    ['a dead letter has no effect', effects.filter((effect) => dead.has(of(effect)))],
    ['only poison becomes a dead letter', failures.filter((failure) => failure.status === 'dead' && !poison.has(of(failure)))],
    [
      'poison becomes a dead letter',
      expected.filter(({ handler, message }) => poison.has(pair(handler, message.id)) && !dead.has(pair(handler, message.id))),
    ],
    ['nothing is still waited for', failures.filter(({ status }) => status !== 'dead')],
  ]
}

/** Of the effects of one handler on one stream, or of one process, those that come after one that should have waited for them. */
function reordered({ log, effects }: History): readonly RecordedEffect[] {
  const places = new Map(log.map((message, place) => [message.id, { message, place }]))
  const last = new Map<string, number>()
  return effects.filter(({ handler, messageId }) => {
    const known = places.get(messageId)
    if (known === undefined) return false
    const { message, place } = known
    const lane = pair(handler, PROCESSES.has(handler) ? flowOf(message) : message.stream)
    const before = last.get(lane) ?? -1
    last.set(lane, Math.max(place, before))
    return place < before
  })
}

/** Every flow that was accepted began once, and either has an end or got stuck at a dead letter. */
function checkFlows({ log, failures }: History, { accepted }: Beginning): [string, readonly unknown[]][] {
  const begun = new Map<string, number>()
  const byId = new Map(log.map((message) => [message.id, message]))
  for (const message of log) if (BEGINNINGS.has(message.type)) begun.set(flowOf(message), (begun.get(flowOf(message)) ?? 0) + 1)
  const ended = log.filter(({ type }) => ENDS.has(type)).map(flowOf)
  const stuck = failures.filter(({ status }) => status === 'dead').map(({ messageId }) => byId.get(messageId))
  const closed = new Set([...ended, ...stuck.map((message) => (message === undefined ? '' : flowOf(message)))])
  return [
    ['an accepted command is stored once', accepted.filter((id) => begun.get(id) !== 1)],
    ['a flow comes to an end, or to a dead letter', accepted.filter((id) => !closed.has(id))],
    ['a flow has one end', ended.filter((id, index) => ended.indexOf(id) !== index)],
  ]
}
