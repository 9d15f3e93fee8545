import type { MessageSource, SourceBacklog, SourcePage } from './message-source.ts'
import { Watermark } from './watermark.ts'

/** Messages that may be between the cursor and the end of what was read, for each message of a page. */
const WINDOW_PAGES = 4
const MAX_COUNTED = 1000

/** Reads one source on, no further ahead of what is dealt with than a few pages. */
export class SourceReader {
  readonly source: MessageSource
  readonly watermark: Watermark
  readonly #pageSize: number
  #cursor: string | undefined
  /** What the source was told last. */
  #passed: string | undefined

  constructor(source: MessageSource, cursor: string | undefined, pageSize: number) {
    this.source = source
    this.watermark = new Watermark(cursor)
    this.#cursor = cursor
    this.#pageSize = pageSize
  }

  /** Whether nothing is read until something is dealt with. */
  get isFull(): boolean {
    return this.watermark.length >= this.#pageSize * WINDOW_PAGES
  }

  /** Hands a page on, and gives how many messages were in it; 0 when there is nothing to read, or no room. */
  async read(take: (page: SourcePage) => Promise<void>): Promise<number> {
    if (this.isFull) return 0
    const page = await this.source.read(this.#cursor, this.#pageSize)
    const { messages, cursor, places } = page
    if (messages.length > 0) await take(page)
    const last = places === undefined ? messages.at(-1)?.stored?.cursor : places.at(-1)
    if (cursor !== this.#cursor && last !== cursor) this.watermark.add(cursor, true)
    this.#cursor = cursor
    return messages.length
  }

  /** What is to be saved of it; undefined where the source keeps that itself. */
  get saved(): string | undefined {
    return this.source.passed === undefined ? this.watermark.cursor : undefined
  }

  /** Whether the source is still to be told of something that is dealt with. */
  get owesPassed(): boolean {
    return this.source.passed !== undefined && this.watermark.cursor !== this.#passed
  }

  async tellPassed(): Promise<void> {
    const { cursor } = this.watermark
    if (!this.owesPassed || cursor === undefined) return
    await this.source.passed?.(cursor)
    this.#passed = cursor
  }

  /** What lies behind the cursor, counted up to a limit. */
  backlog(): Promise<SourceBacklog> {
    return this.source.backlog(this.watermark.cursor, MAX_COUNTED)
  }
}
