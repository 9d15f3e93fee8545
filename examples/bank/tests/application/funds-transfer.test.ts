/** The process alone: what it does about events. Its commands are collected and not processed. */
import { given } from 'proteanjs/testing'
import { expect, test } from 'vitest'
import { DepositRefused, MoneyDeposited, MoneyRefunded, MoneyWithdrawn, WithdrawalRefused } from '../../src/accounts/account-events.ts'
import { ReceiveMoney, RefundMoney, SendMoney } from '../../src/accounts/account-transfers.ts'
import { FundsTransfer } from '../../src/transfers/funds-transfer.ts'
import { TransferRequested } from '../../src/transfers/transfer.ts'
import { CompleteTransfer, FailTransfer } from '../../src/transfers/transfer-commands.ts'

const transferId = 't1'
const cents = 300
const reason = 'the account is closed'
const requested = new TransferRequested({ transferId, from: 'ann', to: 'bob', cents })
const withdrawn = new MoneyWithdrawn({ accountId: 'ann', cents, transferId })
const deposited = new MoneyDeposited({ accountId: 'bob', cents, transferId })
const refused = new DepositRefused({ accountId: 'bob', cents, transferId, reason })
const refunded = new MoneyRefunded({ accountId: 'ann', cents, transferId })

test('asks first one account, then the other', async () => {
  const transfer = await given(FundsTransfer, requested, withdrawn, deposited)
  expect(transfer.commands.types).toEqual([SendMoney, ReceiveMoney, CompleteTransfer])
  expect(transfer.commands.get(SendMoney)).toMatchObject({ accountId: 'ann', cents, transferId })
  expect(transfer.commands.get(ReceiveMoney)).toMatchObject({ accountId: 'bob', cents, transferId })
  expect(transfer).toMatchObject({ ended: true, status: 'completed' })
})

// #region compensation
test('gives the money back when the other account refuses it', async () => {
  const transfer = await given(FundsTransfer, requested, withdrawn, refused)
  expect(transfer.commands.last).toMatchObject({ accountId: 'ann', cents, transferId })
  expect(transfer).toMatchObject({ ended: false, status: 'refunding' })

  const over = await given(FundsTransfer, requested, withdrawn, refused, refunded)
  expect(over.commands.types).toEqual([SendMoney, ReceiveMoney, RefundMoney, FailTransfer])
  expect(over.commands.get(FailTransfer).reason).toBe(reason)
  expect(over).toMatchObject({ ended: true, status: 'failed' })
})
// #endregion compensation

test('takes nothing back that was never taken', async () => {
  const refusal = new WithdrawalRefused({ accountId: 'ann', cents, transferId, reason: 'the overdraft limit is exceeded' })
  const transfer = await given(FundsTransfer, requested, refusal)
  expect(transfer.commands.types).toEqual([SendMoney, FailTransfer])
  expect(transfer).toMatchObject({ ended: true, status: 'failed', reason: 'the overdraft limit is exceeded' })
})

test('is not concerned with what is done at the counter, nor with another transfer of the same account', async () => {
  const counter = new MoneyWithdrawn({ accountId: 'ann', cents })
  const other = new MoneyWithdrawn({ accountId: 'ann', cents, transferId: 't2' })
  const transfer = await given(FundsTransfer, requested, counter, other)
  expect(transfer.commands.types).toEqual([SendMoney])
  expect(transfer.status).toBe('sending')
})
