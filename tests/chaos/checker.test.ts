import { describe, expect, test } from 'vitest'
import { check } from './checker.ts'
import type { Beginning, History, LoggedMessage, RecordedEffect } from './history.ts'

const BEGINNING: Beginning = { accepted: ['t1', 't2', 'o1', 'o2'], openingBalance: 100, openingStock: 10 }

/** A transfer that succeeds, one that gets stuck with its money out, an order that is confirmed, and one that is poison. */
const LOG: readonly LoggedMessage[] = [
  logged('RequestTransfer', 'transfer:command-t1', 0, { transferId: 't1' }),
  logged('TransferRequested', 'transfer-t1', 0, { transferId: 't1' }),
  logged('Withdraw', 'account:command-a', 0, { transferId: 't1' }),
  logged('MoneyWithdrawn', 'account-a', 0, { transferId: 't1', accountId: 'a', amount: 30 }),
  logged('Deposit', 'account:command-b', 0, { transferId: 't1' }),
  logged('MoneyDeposited', 'account-b', 0, { transferId: 't1', accountId: 'b', amount: 30 }),
  logged('CompleteTransfer', 'transfer:command-t1', 1, { transferId: 't1' }),
  logged('TransferCompleted', 'transfer-t1', 1, { transferId: 't1' }),
  logged('RequestTransfer', 'transfer:command-t2', 0, { transferId: 't2' }),
  logged('TransferRequested', 'transfer-t2', 0, { transferId: 't2' }),
  logged('Withdraw', 'account:command-a', 1, { transferId: 't2' }),
  logged('MoneyWithdrawn', 'account-a', 1, { transferId: 't2', accountId: 'a', amount: 20, poison: 'FundsTransfer/MoneyWithdrawn' }),
  logged('PlaceOrder', 'order:command-o1', 0, { orderId: 'o1' }),
  logged('OrderPlaced', 'order-o1', 0, { orderId: 'o1' }),
  logged('StockReserved', 'stock-s', 0, { orderId: 'o1', sku: 's', quantity: 3 }),
  logged('OrderConfirmed', 'order-o1', 1, { orderId: 'o1' }),
  logged('PlaceOrder', 'order:command-o2', 0, { orderId: 'o2', poison: 'Orders/PlaceOrder' }),
]
const STUCK = LOG[11] as LoggedMessage
const REFUSED = LOG[16] as LoggedMessage
const EFFECTS: readonly RecordedEffect[] = [
  ...effects('Transfers', 'RequestTransfer', 'CompleteTransfer'),
  ...effects('FundsTransfer', 'TransferRequested', 'MoneyWithdrawn', 'MoneyDeposited'),
  ...effects('Accounts', 'Withdraw', 'Deposit'),
  ...effects('Statements', 'MoneyWithdrawn', 'MoneyDeposited'),
  ...effects('Orders', 'PlaceOrder'),
  ...effects('Reservations', 'OrderPlaced'),
  ...effects('OrderDecisions', 'StockReserved'),
  ...effects('OrderBoard', 'OrderPlaced', 'OrderConfirmed'),
]
  .filter(({ handler, messageId }) => !(handler === 'FundsTransfer' && messageId === STUCK.id))
  .filter(({ messageId }) => messageId !== REFUSED.id)

const GOOD: History = {
  log: LOG,
  effects: EFFECTS,
  failures: [dead('FundsTransfer', STUCK), dead('Orders', REFUSED)],
  balances: new Map([
    ['a', 50],
    ['b', 130],
  ]),
  stocks: new Map([['s', 7]]),
  statements: new Map([
    ['a', -50],
    ['b', 30],
  ]),
  board: new Map([['o1', 'confirmed']]),
}

describe('the checker of the chaos suite', () => {
  test('finds nothing in a history that is as it should be', () => {
    expect(check(GOOD, BEGINNING)).toEqual([])
  })

  test.each(EFFECTS.map((effect) => [effect.handler, effect.messageId, effect] as const))(
    'finds a lost effect: %s of %s',
    (_, __, effect) => {
      expect(rules({ effects: without(EFFECTS, effect) })).toContain('every message is handled by every handler of it, or a dead letter')
    },
  )

  test.each(EFFECTS.map((effect) => [effect.handler, effect.messageId, effect] as const))(
    'finds a doubled effect: %s of %s',
    (_, __, effect) => {
      expect(rules({ effects: [...EFFECTS, effect] })).toContain('an effect happens once')
    },
  )

  test('finds effects of one stream in the wrong order, and of one process, but does not mind those of others', () => {
    const rule = 'the messages of a stream, and the events of a process, are handled in their order'
    const swapped = (handler: string) => ({
      effects: [
        ...without(EFFECTS, ...EFFECTS.filter((it) => it.handler === handler)),
        ...EFFECTS.filter((it) => it.handler === handler).reverse(),
      ],
    })
    for (const handler of ['Accounts', 'Statements', 'FundsTransfer', 'OrderBoard', 'Transfers'])
      expect(rules(swapped(handler))).toEqual([rule])
    const [one, two] = ['t2', 't1'].map((id) =>
      EFFECTS.find(({ handler, stream }) => handler === 'FundsTransfer' && stream === `transfer-${id}`),
    )
    const others = without(EFFECTS, one as RecordedEffect, two as RecordedEffect)
    expect(rules({ effects: [one as RecordedEffect, two as RecordedEffect, ...others] })).toEqual([])
  })

  test('finds an effect of a message that was given up, of one that is none, and of a handler that has nothing to do with it', () => {
    const stuck = { handler: 'FundsTransfer', messageId: STUCK.id, stream: STUCK.stream, position: STUCK.position }
    expect(rules({ effects: [...EFFECTS, stuck] })).toEqual(['a dead letter has no effect'])
    expect(rules({ effects: [...EFFECTS, { ...stuck, messageId: 'made up' }] })).toEqual(['an effect has a message that is its handler’s'])
    expect(rules({ effects: [...EFFECTS, { ...stuck, handler: 'Orders' }] })).toEqual(['an effect has a message that is its handler’s'])
  })

  test('finds a message given up that is no poison, poison that was not given up, and a message that is still waited for', () => {
    const innocent = LOG[13] as LoggedMessage
    const failures = [...GOOD.failures, dead('Reservations', innocent)]
    const kept = EFFECTS.filter(({ handler, messageId }) => !(handler === 'Reservations' && messageId === innocent.id))
    expect(rules({ failures, effects: kept })).toEqual(['only poison becomes a dead letter'])
    expect(rules({ failures: [dead('Orders', REFUSED)] })).toContain('poison becomes a dead letter')
    expect(rules({ failures: [...GOOD.failures, { ...dead('Orders', innocent), status: 'retrying' }] })).toEqual([
      'nothing is still waited for',
    ])
  })

  test('finds money that was lost, made, or never noted', () => {
    const conserved = 'money is conserved, counting what is between two accounts'
    expect(rules({ balances: new Map([...GOOD.balances, ['a', 49]]) })).toEqual(['a balance is what its movements make it', conserved])
    const deposit = { ...(LOG[5] as LoggedMessage), id: 'again', stream: 'account-b', position: 1 }
    const doubled = rules({ log: [...LOG, deposit], balances: new Map([...GOOD.balances, ['b', 160]]) })
    expect(doubled).toContain('nothing is deposited that was not withdrawn, nor twice')
    expect(rules({ balances: new Map([...GOOD.balances, ['c', -5]]) })).toContain('nobody is overdrawn')
    expect(rules({ statements: new Map([['a', -50]]) })).toEqual(['every account that moved has its statement'])
    expect(rules({ statements: new Map([...GOOD.statements, ['b', 60]]) })).toEqual(['a statement is what its movements make it'])
  })

  test('finds money between two accounts that no dead letter explains', () => {
    const log = LOG.map((message) => (message === STUCK ? { ...message, data: { ...message.data, poison: undefined } } : message))
    const found = rules({ log, failures: [dead('Orders', REFUSED)] })
    expect(found).toContain('what is between two accounts got stuck at a dead letter')
    expect(found).toContain('a flow comes to an end, or to a dead letter')
  })

  test('finds goods that are not where they should be, and a board that shows something else', () => {
    expect(rules({ stocks: new Map([['s', 4]]) })).toEqual(['a stock is what its reservations leave'])
    expect(rules({ stocks: new Map([['s', -1]]) })).toContain('no stock is below nothing')
    expect(rules({ board: new Map([['o1', 'placed']]) })).toEqual(['the board shows where each order is'])
    expect(rules({ board: new Map([...GOOD.board, ['o9', 'placed']]) })).toEqual(['the board shows no order that is none'])
  })

  test('finds an accepted command that was not stored, or twice, and a flow with two ends', () => {
    expect(check(GOOD, { ...BEGINNING, accepted: [...BEGINNING.accepted, 't3'] }).map(({ rule }) => rule)).toEqual([
      'an accepted command is stored once',
      'a flow comes to an end, or to a dead letter',
    ])
    const again = { ...(LOG[0] as LoggedMessage), id: 'again', position: 2 }
    expect(rules({ log: [...LOG, again] })).toContain('an accepted command is stored once')
    const end = { ...(LOG[7] as LoggedMessage), id: 'again', position: 2 }
    expect(rules({ log: [...LOG, end] })).toEqual(['a flow has one end'])
  })

  test('finds a gap in a stream, a position twice, and a message of a type that nobody knows', () => {
    const last = LOG[15] as LoggedMessage
    const rule = 'a stream has neither gaps nor repetitions'
    expect(rules({ log: LOG.map((message) => (message === last ? { ...last, position: 2 } : message)) })).toEqual([rule])
    expect(rules({ log: LOG.map((message) => (message === last ? { ...last, position: 0 } : message)) })).toContain(rule)
    expect(rules({ log: [...LOG, { ...last, id: 'new', position: 2, type: 'Surprise' }] })).toEqual(['every message is of a known type'])
  })
})

function rules(doctored: Partial<History>): readonly string[] {
  return check({ ...GOOD, ...doctored }, BEGINNING).map(({ rule }) => rule)
}

function logged(type: string, stream: string, position: number, data: LoggedMessage['data']): LoggedMessage {
  return { id: `${type} in ${stream} at ${position}`, type, stream, position, data }
}

function effects(handler: string, ...types: readonly string[]): readonly RecordedEffect[] {
  return LOG.filter(({ type }) => types.includes(type)).map(({ id, stream, position }) => ({ handler, messageId: id, stream, position }))
}

function dead(handler: string, { id }: LoggedMessage): History['failures'][number] {
  return { handler, messageId: id, status: 'dead', attempts: 11, reason: 'Error: poison' }
}

function without<Item>(items: readonly Item[], ...left: readonly Item[]): readonly Item[] {
  return items.filter((item) => !left.includes(item))
}
