import { given } from 'proteanjs/testing'
import { describe, expect, test } from 'vitest'
import { makeReminders, openReminders } from '../process-managers/reminders.ts'
import { makeBank } from '../support/transfer-bank.ts'

async function openBank() {
  const bank = makeBank()
  await bank.domain.init({ traverse: false })
  const { TransferInitiated, MoneyWithdrawn, MoneyDeposited, WithdrawalRefused } = bank
  return {
    ...bank,
    initiated: new TransferInitiated({ transferId: 't1', from: 'alice', to: 'bob', amount: 30 }),
    withdrawn: new MoneyWithdrawn({ accountId: 'alice', amount: 30, transferId: 't1' }),
    deposited: new MoneyDeposited({ accountId: 'bob', amount: 30, transferId: 't1' }),
    refused: new WithdrawalRefused({ accountId: 'alice', amount: 30, transferId: 't1' }),
  }
}

describe('given(ProcessManager, …)', () => {
  test('shows the state, and the commands that were sent, without processing them', async () => {
    const { domain, FundsTransfer, Withdraw, Deposit, initiated, withdrawn } = await openBank()
    // #region given
    const transfer = await given(FundsTransfer, initiated, withdrawn)
    expect(transfer.status).toBe('depositing')
    expect(transfer.ended).toBe(false)
    expect(transfer.commands.types).toEqual([Withdraw, Deposit])
    expect(transfer.commands.get(Deposit)).toMatchObject({ accountId: 'bob', amount: 30 })
    // #endregion given
    expect(transfer).toMatchObject({ started: true, transferId: 't1', amount: 30, _version: 1 })
    expect((await domain.eventStore.readAll({ limit: 10 })).messages).toEqual([])
  })

  test('shows that it is over, and that nothing follows', async () => {
    const { FundsTransfer, CompleteTransfer, initiated, withdrawn, deposited, refused } = await openBank()
    const transfer = await given(FundsTransfer, initiated, withdrawn, deposited, refused)
    expect(transfer).toMatchObject({ ended: true, status: 'done' })
    expect(transfer.commands.last).toBeInstanceOf(CompleteTransfer)
    expect(transfer.history.map(({ messageType }) => messageType)).toEqual([
      'Bank.TransferInitiated.v1',
      'Bank.MoneyWithdrawn.v1',
      'Bank.MoneyDeposited.v1',
    ])
  })

  test('shows that no process was started', async () => {
    const { FundsTransfer, withdrawn } = await openBank()
    const transfer = await given(FundsTransfer, withdrawn)
    expect(transfer).toMatchObject({ started: false, ended: false, process: undefined, history: [] })
    expect(transfer.commands).toHaveLength(0)
    expect(() => transfer.status).toThrow(expect.objectContaining({ code: 'GIVEN_NO_PROCESS' }))
  })

  test('shows what is scheduled, and takes it away where it was cancelled', async () => {
    const { Dunning, InvoiceSent, InvoicePaid, Remind, PaymentOverdue, clock } = await openReminders()
    const due = (days: number) => new Date(clock.now().getTime() + days * 86_400_000)
    const open = await given(Dunning, new InvoiceSent({ invoiceId: 'i1' }))
    expect(open.scheduled).toMatchObject([
      { message: expect.any(Remind), dueAt: due(7), key: 'reminder' },
      { message: expect.any(PaymentOverdue), dueAt: due(14), key: 'overdue' },
    ])
    const paid = await given(Dunning, new InvoiceSent({ invoiceId: 'i2' }), new InvoicePaid({ invoiceId: 'i2' }))
    expect(paid.scheduled).toEqual([])
  })

  test('refuses events that the process manager does not handle, and throws what its handlers throw', async () => {
    const { FundsTransfer, TransferCompleted } = await openBank()
    await expect(given(FundsTransfer, new TransferCompleted({ transferId: 't1' }))).rejects.toMatchObject({ code: 'GIVEN_NOT_HANDLED' })
    const { domain, Dunning, InvoiceSent } = makeReminders()
    await domain.init({ traverse: false })
    await expect(given(Dunning, new InvoiceSent({ invoiceId: 'i1', cancelled: true }))).rejects.toThrow('cancelled')
  })
})
