import { describe, expect, test } from 'vitest'
import { makeBank } from '../support/transfer-bank.ts'

async function openBank() {
  const bank = makeBank()
  await bank.domain.init({ traverse: false })
  return bank
}

describe('a transfer between two accounts', () => {
  test('completes: the process is correlated by the transfer and not by the account, as in the tutorial of the original', async () => {
    const { domain, openAccount, balances, InitiateTransfer, FundsTransfer, Transfer } = await openBank()
    const [alice, bob] = [await openAccount(10_000), await openAccount(5_000)]
    const id = await domain.process(new InitiateTransfer({ from: alice, to: bob, amount: 3_000 }))
    expect(await balances(alice, bob)).toEqual([7_000, 8_000])
    expect((await domain.repositoryFor(Transfer).get(id)).status).toBe('completed')
    expect(await domain.viewFor(FundsTransfer).get(id)).toMatchObject({ status: 'done', amount: 3_000, _ended: true, _version: 2 })
  })

  test('fails without moving money when the first account has too little', async () => {
    const { domain, openAccount, balances, InitiateTransfer, FundsTransfer, Transfer } = await openBank()
    const [alice, bob] = [await openAccount(1_000), await openAccount(5_000)]
    const id = await domain.process(new InitiateTransfer({ from: alice, to: bob, amount: 3_000 }))
    expect(await balances(alice, bob)).toEqual([1_000, 5_000])
    expect(await domain.repositoryFor(Transfer).get(id)).toMatchObject({ status: 'failed', reason: 'insufficient funds' })
    expect(await domain.viewFor(FundsTransfer).get(id)).toMatchObject({ status: 'refused', _ended: true })
  })

  test('keeps its state typed from one event to the next: a date is a date again', async () => {
    const { domain, openAccount, InitiateTransfer, FundsTransfer } = await openBank()
    const [alice, bob] = [await openAccount(100), await openAccount(0)]
    const id = await domain.process(new InitiateTransfer({ from: alice, to: bob, amount: 30 }))
    expect((await domain.viewFor(FundsTransfer).get(id)).withdrawnAt).toBeInstanceOf(Date)
  })

  test('can be followed through its history, and by what caused what', async () => {
    const { domain, openAccount, InitiateTransfer, FundsTransfer } = await openBank()
    const [alice, bob] = [await openAccount(100), await openAccount(0)]
    const id = await domain.process(new InitiateTransfer({ from: alice, to: bob, amount: 30 }))
    const history = await domain.processHistory(FundsTransfer, id)
    expect(history.map(({ version, messageType, state }) => [version, messageType, state.status])).toEqual([
      [0, 'Bank.TransferInitiated.v1', 'withdrawing'],
      [1, 'Bank.MoneyWithdrawn.v1', 'depositing'],
      [2, 'Bank.MoneyDeposited.v1', 'done'],
    ])
    const { messages } = await domain.eventStore.readAll({ limit: 100 })
    const chain = messages.map(({ id: messageId, type, causationId, correlationId }) => ({ messageId, type, causationId, correlationId }))
    const [first] = chain
    expect(chain.map(({ type }) => type.split('.')[1])).toEqual([
      'InitiateTransfer',
      'TransferInitiated',
      'Withdraw',
      'MoneyWithdrawn',
      'Deposit',
      'MoneyDeposited',
      'CompleteTransfer',
      'TransferCompleted',
    ])
    for (const [index, message] of chain.entries()) {
      expect(message.causationId).toBe(chain[index - 1]?.messageId)
      expect(message.correlationId).toBe(first?.correlationId)
    }
  })
})
