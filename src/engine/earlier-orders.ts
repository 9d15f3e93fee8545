import type { Message } from '../messaging/message.ts'
import type { Book, Checkpointed } from './book.ts'

type UnitOf = (message: Message) => string | undefined

/** Checkpoints that are remembered, so that they need not be read again. */
const MAX_KNOWN = 5000

/**
 * What was dealt with while messages were kept in order by something else than today. A checkpoint says that a stream, or its messages of one key, is dealt with
 * through a position: that stays true, whatever is kept in order with what from then on.
 */
export class EarlierOrders {
  readonly #book: Book
  readonly #orders: readonly UnitOf[]
  /** Positions by unit and stream. */
  readonly #positions = new Map<string, number>()

  constructor(book: Book, orders: readonly UnitOf[]) {
    this.#book = book
    this.#orders = orders
  }

  /** Those of the messages that are not dealt with. */
  async pending(messages: readonly Message[]): Promise<ReadonlySet<Message>> {
    const places = messages.map((message) => this.#placesOf(message))
    const wanted = new Map(places.flat().map((place) => [keyOf(place), place]))
    if (this.#positions.size > MAX_KNOWN) this.#positions.clear()
    const unknown = [...wanted.values()].filter((place) => !this.#positions.has(keyOf(place)))
    const marks = await this.#book.marks(unknown)
    for (const [index, place] of unknown.entries()) this.#positions.set(keyOf(place), marks[index]?.position ?? -1)
    const isPending = ({ stored }: Message, index: number) =>
      (places[index] ?? []).every((place) => (stored?.position ?? 0) > (this.#positions.get(keyOf(place)) ?? -1))
    return new Set(messages.filter(isPending))
  }

  #placesOf(message: Message): readonly Checkpointed[] {
    return this.#orders.flatMap((unitOf) => {
      const unit = unitOf(message)
      return unit === undefined ? [] : [{ unit, stream: message.stream }]
    })
  }
}

function keyOf({ unit, stream }: Checkpointed): string {
  return `${unit}|${stream}`
}
