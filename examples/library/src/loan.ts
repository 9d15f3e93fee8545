import { field } from 'proteanjs'
import { domain } from './domain.ts'
import { Member } from './member.ts'

export class Loan extends domain.aggregate('Loan', {
  memberId: field.identifier({ required: true }),
  title: field.string({ required: true }),
}) {}

export class Lend extends domain.command(
  'Lend',
  { memberId: field.identifier({ required: true }), title: field.string({ required: true }) },
  { partOf: Loan, returns: field.identifier() },
) {}

export const loanCommands = domain.commandHandler('LoanCommands', { partOf: Loan }).handle(Lend, async ({ memberId, title }) => {
  await domain.repositoryFor(Member).get(memberId)
  const loan = new Loan({ memberId, title })
  await domain.repositoryFor(Loan).add(loan)
  return loan.id
})
