import type { Domain } from 'proteanjs'
import { ExpectedVersionError, field, NotSupportedError, ValidationError } from 'proteanjs'
import { expectQueryCount } from 'proteanjs/testing'
import { beforeEach, describe, expect, test } from 'vitest'
import { times } from '../../../src/testing/conformance/assertions.ts'
import { TestDomain } from '../../support/test-domain.ts'

function makeWorkshop(domain: Domain) {
  class Job extends domain.aggregate('Job', {
    number: field.integer({ required: true }),
    status: field.status(['queued', 'running', 'done'] as const, {
      default: 'queued',
      transitions: { queued: ['running'], running: ['done'] },
    }),
    worker: field.string({ maxLength: 5 }),
    seenAt: field.dateTime({ autoNow: true }),
  }) {
    static {
      this.invariant('job 13 is never run', (job) => job.number !== 13 || job.status === 'queued')
    }
  }

  class Slot extends domain.projection('Slot', { slotId: field.identifier({ identifier: true }), owner: field.string() }) {}

  return { domain, Job, Slot, jobs: domain.repositoryFor(Job), slots: domain.repositoryFor(Slot) }
}

describe('claim()', () => {
  let workshop: ReturnType<typeof makeWorkshop>

  beforeEach(async () => {
    workshop = makeWorkshop(new TestDomain('workshop'))
    await workshop.domain.init()
  })

  const queue = (count: number, from = 1) =>
    workshop.domain.unitOfWork(async () => {
      for (const number of times(count, (at) => at + from)) await workshop.jobs.add(new workshop.Job({ number }))
    })
  const queued = () => workshop.jobs.query.filter({ status: 'queued' }).orderBy('number')
  const numbers = (found: readonly { readonly number: number }[]) => found.map(({ number }) => number)

  test('takes the first matches in their order, marked and saved', async () => {
    await queue(5)
    const claimed = await queued().limit(2).claim({ status: 'running', worker: 'ann' })
    expect(numbers(claimed)).toEqual([1, 2])
    expect(claimed.map(({ status, worker, _version }) => [status, worker, _version])).toEqual(times(2, () => ['running', 'ann', 1]))
    expect((await workshop.jobs.get(claimed[0]!.id)).seenAt).toEqual(claimed[0]!.seenAt)
    expect(numbers(await queued().limit(2).claim({ status: 'running' }))).toEqual([3, 4])
    expect(numbers(await queued().limit(2).claim({ status: 'running' }))).toEqual([5])
    expect(await queued().limit(2).claim({ status: 'running' })).toEqual([])
  })

  test('gives objects that can be changed and saved as any others', async () => {
    await queue(1)
    const [job] = await queued().claim({ status: 'running' })
    job!.status = 'done'
    await workshop.jobs.add(job!)
    expect(await workshop.jobs.exists({ status: 'done' })).toBe(true)
  })

  test('gives no object to two callers, however many claim at once', async () => {
    await queue(30, 101)
    const claims = await Promise.all(times(6, () => queued().limit(4).claim({ status: 'running' })))
    const given = numbers([...claims.flat(), ...(await queued().claim({ status: 'running' }))])
    expect(given.toSorted((one, other) => one - other)).toEqual(times(30, (at) => at + 101))
  })

  test('takes all without a limit, and nothing with a limit of 0', async () => {
    await queue(3)
    await expectQueryCount(workshop.domain, 0, () => queued().limit(0).claim({ status: 'running' }))
    expect(numbers(await queued().claim({ status: 'running' }))).toEqual([1, 2, 3])
  })

  test('makes copies that were read before stale', async () => {
    await queue(1)
    const before = await queued().one()
    await queued().claim({ status: 'running' })
    before.worker = 'bob'
    await expect(workshop.jobs.add(before)).rejects.toBeInstanceOf(ExpectedVersionError)
  })

  test('takes none when the rules of one refuse it', async () => {
    await queue(2, 12)
    await expect(queued().claim({ status: 'running' })).rejects.toThrow('job 13 is never run')
    await expect(queued().claim({ status: 'done' })).rejects.toBeInstanceOf(ValidationError)
    await expect(queued().claim({ worker: 'a long name' })).rejects.toBeInstanceOf(ValidationError)
    expect(numbers((await queued().all()).items)).toEqual([12, 13])
    expect(numbers(await queued().limit(1).claim({ status: 'running' }))).toEqual([12])
  })

  test('joins the unit of work, and what it took is free again when that fails', async () => {
    await queue(2)
    const failing = workshop.domain.unitOfWork(async () => {
      const [job] = await queued().limit(1).claim({ status: 'running' })
      expect(await workshop.jobs.get(job!.id)).toBe(job)
      expect(numbers((await queued().all()).items)).toEqual([2])
      throw new Error('given up')
    })
    await expect(failing).rejects.toThrow('given up')
    expect(numbers(await queued().limit(1).claim({ status: 'running' }))).toEqual([1])
  })

  test('is one query where nothing has to be looked at object by object', async () => {
    const { domain, Slot, slots } = workshop
    for (const slotId of ['a', 'b', 'c']) await slots.add(new Slot({ slotId }))
    await expectQueryCount(domain, 1, async () => {
      const claimed = await slots.query
        .filter({ owner: { isNull: true } })
        .limit(2)
        .claim({ owner: 'ann' })
      expect(claimed.map(({ slotId, owner }) => [slotId, owner])).toEqual([
        ['a', 'ann'],
        ['b', 'ann'],
      ])
    })
    expect((await slots.query.filter({ owner: 'ann' }).all()).total).toBe(2)
  })

  test('knows no offset, and is not for views', async () => {
    const refusal = queued().offset(1).claim({ status: 'running' })
    await expect(refusal).rejects.toMatchObject({ code: 'QUERY_LIMITED_WRITE' })
    const view = workshop.domain.viewFor(workshop.Slot).query as unknown as typeof workshop.slots.query
    await expect(view.claim({ owner: 'ann' })).rejects.toBeInstanceOf(NotSupportedError)
    await expect(queued().claim({})).rejects.toMatchObject({ code: 'QUERY_INVALID_UPDATE' })
  })
})
