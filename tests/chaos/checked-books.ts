import type { Beginning, History, LoggedMessage } from './history.ts'

type Rules = [rule: string, rows: readonly unknown[]][]

/** Money and goods: what is stored is what the log says, and nothing came from nowhere or went nowhere. */
export function checkBooks(history: History, beginning: Beginning): Rules {
  return [...checkMoney(history, beginning), ...checkGoods(history, beginning), ...checkBoard(history)]
}

function checkMoney({ log, failures, balances, statements }: History, { openingBalance }: Beginning): Rules {
  const dead = deadOf(failures, 'Statements')
  const movements = log.filter(({ type }) => type === 'MoneyWithdrawn' || type === 'MoneyDeposited')
  const signed = ({ type, data }: LoggedMessage) => (type === 'MoneyWithdrawn' ? -Number(data.amount) : Number(data.amount))
  const account = ({ data }: LoggedMessage) => String(data.accountId)
  const moved = sums(movements, account, signed)
  const noted = sums(
    movements.filter(({ id }) => !dead.has(id)),
    account,
    signed,
  )
  const inFlight = sums(
    movements,
    ({ data }) => String(data.transferId),
    (movement) => -signed(movement),
  )
  const stored = total(balances.values()) + total(inFlight.values())
  return [
    ['a balance is what its movements make it', differing(balances, (id) => openingBalance + (moved.get(id) ?? 0))],
    ['nobody is overdrawn', [...balances].filter(([, balance]) => balance < 0)],
    ['a statement is what its movements make it', differing(statements, (id) => noted.get(id) ?? 0)],
    ['every account that moved has its statement', [...noted.keys()].filter((id) => !statements.has(id))],
    [
      'money is conserved, counting what is between two accounts',
      stored === openingBalance * balances.size ? [] : [{ stored, expected: openingBalance * balances.size }],
    ],
    ['nothing is deposited that was not withdrawn, nor twice', [...inFlight].filter(([, amount]) => amount < 0)],
    ['what is between two accounts got stuck at a dead letter', withoutDeadLetter(log, failures, inFlight)],
  ]
}

/** Transfers whose money is neither here nor there though none of their messages was given up. */
function withoutDeadLetter(log: History['log'], failures: History['failures'], inFlight: ReadonlyMap<string, number>): readonly string[] {
  const given = new Set(failures.filter(({ status }) => status === 'dead').map(({ messageId }) => messageId))
  const stuck = new Set(log.filter(({ id }) => given.has(id)).map(({ data }) => String(data.transferId)))
  return [...inFlight].filter(([id, amount]) => amount !== 0 && !stuck.has(id)).map(([id]) => id)
}

function checkGoods({ log, stocks }: History, { openingStock }: Beginning): Rules {
  const reserved = sums(
    log.filter(({ type }) => type === 'StockReserved'),
    ({ data }) => String(data.sku),
    ({ data }) => Number(data.quantity),
  )
  return [
    ['a stock is what its reservations leave', differing(stocks, (sku) => openingStock - (reserved.get(sku) ?? 0))],
    ['no stock is below nothing', [...stocks].filter(([, available]) => available < 0)],
  ]
}

/** The board shows of each order what its events say, but for those that were given up. */
function checkBoard({ log, failures, board }: History): Rules {
  const dead = deadOf(failures, 'OrderBoard')
  const shown: Readonly<Record<string, string>> = { OrderPlaced: 'placed', OrderConfirmed: 'confirmed', OrderRejected: 'rejected' }
  const expected = new Map<string, string>()
  const inStreams = [...log].sort((one, other) => one.position - other.position)
  for (const { id, type, data } of inStreams)
    if (shown[type] !== undefined && !dead.has(id)) expected.set(String(data.orderId), shown[type])
  return [
    ['the board shows where each order is', [...expected].filter(([id, status]) => board.get(id) !== status)],
    ['the board shows no order that is none', [...board.keys()].filter((id) => !expected.has(id))],
  ]
}

function deadOf(failures: History['failures'], name: string): ReadonlySet<string> {
  return new Set(failures.filter(({ handler, status }) => handler === name && status === 'dead').map(({ messageId }) => messageId))
}

function sums(
  messages: readonly LoggedMessage[],
  keyOf: (message: LoggedMessage) => string,
  amountOf: (message: LoggedMessage) => number,
): ReadonlyMap<string, number> {
  const result = new Map<string, number>()
  for (const message of messages) result.set(keyOf(message), (result.get(keyOf(message)) ?? 0) + amountOf(message))
  return result
}

function total(values: Iterable<number>): number {
  return [...values].reduce((sum, value) => sum + value, 0)
}

function differing(stored: ReadonlyMap<string, number>, expected: (key: string) => number): readonly unknown[] {
  return [...stored]
    .filter(([key, value]) => value !== expected(key))
    .map(([key, value]) => ({ key, stored: value, expected: expected(key) }))
}
