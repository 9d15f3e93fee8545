import type { Cursor } from '../ports/event-store.ts'
import type { Clock } from '../util/runtime/clock.ts'
import type { LogSource, MessageSource, SourceBacklog, SourcePage, StreamPage } from './message-source.ts'

/** Milliseconds after which a broker should have brought a message, and between two looks. */
const SETTLED_MS = 60_000

/**
 * Reads after a broker what the log has, some time later: what the broker has lost (it was flushed, trimmed, or came back without its last seconds) is handled
 * then, at the latest. All else is known by its checkpoint, and costs one place in a page. The cursor is that of a subscription to the log itself, so a
 * subscription can change from one to the other and goes on from where it was.
 */
export class LogAudit implements MessageSource {
  readonly key: string
  readonly #log: LogSource
  readonly #clock: Clock
  #next = 0

  constructor(log: LogSource, clock: Clock) {
    this.key = log.key
    this.#log = log
    this.#clock = clock
  }

  get nextDue(): number {
    return this.#next
  }

  async begin(): Promise<void> {
    this.#next = 0
  }

  async read(after: Cursor | undefined, limit: number): Promise<SourcePage> {
    const now = this.#clock.now().getTime()
    if (now < this.#next) return { messages: [], cursor: after }
    const page = await this.#log.read(after, limit)
    const young = page.messages.findIndex(({ time }) => time.getTime() > now - SETTLED_MS)
    if (young === -1 && page.messages.length === limit) return page
    this.#next = now + SETTLED_MS
    if (young === -1) return page
    const messages = page.messages.slice(0, young)
    return { messages, cursor: messages.at(-1)?.stored?.cursor ?? after }
  }

  /** Counted by the broker. */
  async backlog(): Promise<SourceBacklog> {
    return { count: 0, isCut: false, oldest: undefined }
  }

  readStream(stream: string, from: number, limit: number): Promise<StreamPage> {
    return this.#log.readStream(stream, from, limit)
  }

  onArrival(): () => void {
    return () => undefined
  }
}
