import type { Domain } from 'proteanjs'
import { currentMessage, field } from 'proteanjs'
import type { SeededChoices } from './seeded-choices.ts'

/** How often a handler throws for no reason of its own, before or after its effects. */
const MISHAP = 0.03

/** What every message of a flow carries: which handler is to refuse which message of it, always, as `Handler/Message`. */
export const poisonField = { poison: field.string() }

/** Runs the body of a handler, with a record of it among its effects: what is not committed together with its record would be found out. */
export type Recorded = (handler: string, poison: string | undefined, body: () => Promise<void>) => Promise<void>

export function declareEffects(domain: Domain, chance: SeededChoices | undefined): Recorded {
  class Effect extends domain.aggregate('Effect', {
    handler: field.string({ required: true }),
    messageId: field.string({ required: true }),
    stream: field.string({ required: true }),
    position: field.integer({ required: true }),
  }) {}

  const mishap = () => {
    if (chance?.happens(MISHAP)) throw new Error('a mishap')
  }
  return async (handler, poison, body) => {
    const message = currentMessage()
    if (message?.stored === undefined) throw new Error(`${handler} was given no stored message`)
    if (poison === `${handler}/${message.type.split('.')[1]}`) throw new Error('poison')
    mishap()
    const { stream, stored } = message
    await domain.repositoryFor(Effect).add(new Effect({ handler, messageId: message.id, stream, position: stored.position }))
    await body()
    mishap()
  }
}
