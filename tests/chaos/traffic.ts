import { systemTimers } from '../../src/util/runtime/timers.ts'
import type { ChaosDomain } from './chaos-domain.ts'
import type { SeededChoices } from './seeded-choices.ts'

const ACCOUNTS = Array.from({ length: 12 }, (_, index) => `account-${index}`)
const SKUS = Array.from({ length: 6 }, (_, index) => `sku-${index}`)
export const OPENING_BALANCE = 1_000

/** Who may be made to refuse what. Wherever it strikes, a flow stops there, and what it had moved stays where it was. */
const TRANSFER_POISONS = [
  'Transfers/RequestTransfer',
  'Transfers/CompleteTransfer',
  'Accounts/Withdraw',
  'Accounts/Deposit',
  'FundsTransfer/TransferRequested',
  'FundsTransfer/MoneyWithdrawn',
  'Statements/MoneyWithdrawn',
  'Statements/MoneyDeposited',
]
const ORDER_POISONS = ['Orders/PlaceOrder', 'Reservations/OrderPlaced', 'OrderDecisions/StockReserved', 'OrderBoard/OrderConfirmed']
const POISONED = 0.02
const DUPLICATED = 0.05
const SENDERS = 8
const RETRY_MS = 50

interface TrafficOptions {
  readonly commands: number
  /** How long it takes to send them, if the machine is fast enough. */
  readonly seconds: number
  readonly chance: SeededChoices
}

/** What there is at the start. The stock runs out after about half of the orders. */
export async function openBusiness({ domain, Account, Stock }: ChaosDomain, commands: number): Promise<number> {
  const openingStock = Math.ceil(commands / 2 / SKUS.length)
  await domain.unitOfWork(async () => {
    for (const accountId of ACCOUNTS) await domain.repositoryFor(Account).add(new Account({ accountId, balance: OPENING_BALANCE }))
    for (const sku of SKUS) await domain.repositoryFor(Stock).add(new Stock({ sku, available: openingStock }))
  })
  return openingStock
}

/**
 * Sends transfers and orders from several senders, each command until it is accepted, some of them twice at once, under an idempotency key: a sender whose
 * connection was cut cannot know whether it was heard. Gives the identities of all flows, every one of which was accepted.
 */
export async function sendTraffic(shop: ChaosDomain, { commands, seconds, chance }: TrafficOptions): Promise<readonly string[]> {
  const flows = Array.from({ length: commands }, (_, index) => flow(shop, index, chance))
  const pauseMs = (seconds * 1000 * SENDERS) / commands
  let next = 0
  const sender = async () => {
    for (;;) {
      const due = flows[next]
      next += 1
      if (due === undefined) return
      await Promise.all([accepted(shop, due), ...(due.isDoubled ? [accepted(shop, due)] : [])])
      await systemTimers.sleep(pauseMs)
    }
  }
  await Promise.all(Array.from({ length: SENDERS }, sender))
  return flows.map(({ id }) => id)
}

interface Flow {
  readonly id: string
  readonly command: InstanceType<ChaosDomain['RequestTransfer' | 'PlaceOrder']>
  readonly isDoubled: boolean
}

function flow({ RequestTransfer, PlaceOrder }: ChaosDomain, index: number, chance: SeededChoices): Flow {
  const isDoubled = chance.happens(DUPLICATED)
  const isPoisoned = chance.happens(POISONED)
  if (chance.happens(0.5)) {
    const id = `transfer-${index}`
    const from = chance.of(ACCOUNTS)
    const to = chance.of(ACCOUNTS.filter((account) => account !== from))
    const poison = isPoisoned ? chance.of(TRANSFER_POISONS) : undefined
    return { id, isDoubled, command: new RequestTransfer({ transferId: id, from, to, amount: chance.between(1, 800), poison }) }
  }
  const id = `order-${index}`
  const poison = isPoisoned ? chance.of(ORDER_POISONS) : undefined
  return { id, isDoubled, command: new PlaceOrder({ orderId: id, sku: chance.of(SKUS), quantity: chance.between(1, 4), poison }) }
}

async function accepted({ domain }: ChaosDomain, { id, command }: Flow): Promise<void> {
  for (;;) {
    try {
      await domain.process(command, { idempotencyKey: id })
      return
    } catch (error) {
      if (!isOutage(error)) throw error
      await systemTimers.sleep(RETRY_MS)
    }
  }
}

/** Whether a sender may hope for better luck. */
function isOutage(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.name === 'DatabaseError' || error.name === 'TransactionError')
}
