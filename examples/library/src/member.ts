import { field } from 'proteanjs'
import { domain } from './domain.ts'

export class MemberJoined extends domain.event('MemberJoined', { memberId: field.identifier({ required: true }) }, { partOf: 'Member' }) {}

export class Member extends domain.aggregate('Member', {
  name: field.string({ required: true }),
  email: field.string({ unique: true }),
  status: field.status(['guest', 'active'] as const, { default: 'guest', transitions: { guest: ['active'] } }),
}) {
  static {
    this.invariant('an active member has an address', (member) => member.status === 'guest' || member.email != null, { field: 'email' })
  }

  join() {
    this.status = 'active'
    this.raise(new MemberJoined({ memberId: this.id }))
  }
}

export class Join extends domain.command(
  'Join',
  { name: field.string({ required: true }), email: field.string() },
  { partOf: Member, returns: field.identifier() },
) {}

export const memberCommands = domain.commandHandler('MemberCommands', { partOf: Member }).handle(Join, async ({ name, email }) => {
  const member = new Member({ name, email })
  member.join()
  await domain.repositoryFor(Member).add(member)
  return member.id
})
