import { Domain, field } from 'proteanjs'
import { given, ManualClock, ManualTimers, SequentialIds } from 'proteanjs/testing'
import { expect, test } from 'vitest'

test('a domain lives in the time of its clock, with the ids that it is given', async () => {
  // #region time
  const clock = new ManualClock('2026-05-01T09:00:00Z')
  const domain = new Domain('shop', {
    config: { commandProcessing: 'sync', eventProcessing: 'sync' },
    clock,
    timers: new ManualTimers(clock),
    ids: new SequentialIds(),
  })
  // #endregion time
  class Offer extends domain.aggregate('Offer', { madeAt: field.dateTime({ autoNowAdd: true }) }) {}
  class MakeOffer extends domain.command('MakeOffer', {}, { partOf: Offer, returns: field.identifier() }) {}
  domain.commandHandler('Offers', { partOf: Offer }).handle(MakeOffer, async () => {
    const offer = await domain.repositoryFor(Offer).add(new Offer({}))
    return offer.id
  })
  await domain.init()

  const made = await given(Offer).process(new MakeOffer({}))
  expect(made.madeAt).toEqual(new Date('2026-05-01T09:00:00Z'))
  expect(made.id).toMatch(/^id-\d{6}$/)

  const deadline = new Date('2026-05-01T10:00:00Z')
  expect((await given(Offer).process(new MakeOffer({}), { deadline })).accepted).toBe(true)
  clock.advance(61 * 60_000)
  expect((await given(Offer).process(new MakeOffer({}), { deadline })).rejection).toMatchObject({ code: 'COMMAND_EXPIRED' })
  await domain.close()
})
