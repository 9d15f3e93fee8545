import { Message } from '../../messaging/message.ts'
import type { StreamAppend } from '../../ports/change-set.ts'
import type { JsonObject } from '../../util/json.ts'

export interface MessageWishes {
  readonly type?: string
  readonly correlationId?: string
  readonly data?: JsonObject
}

/** Makes messages whose ids are UUIDs, which some stores insist on, and differ within one test. */
export class MessageMaker {
  #made = 0

  message(stream: string, { type = 'Shop.OrderPlaced.v1', correlationId, data }: MessageWishes = {}): Message {
    this.#made += 1
    return new Message(data ?? { number: this.#made }, {
      headers: { id: uuid(this.#made), time: new Date('2026-01-02T03:04:05.678Z'), type, stream },
      envelope: { specversion: '1.0' },
      domain: {
        kind: 'EVENT',
        fqn: 'shop.OrderPlaced',
        streamCategory: categoryOf(stream),
        version: 1,
        asynchronous: true,
        priority: 0,
        ...(correlationId === undefined ? {} : { correlationId }),
      },
      extensions: {},
    })
  }

  /** An append of so many new messages. */
  append(stream: string, count = 1, wishes: MessageWishes & { readonly expectedVersion?: number } = {}): StreamAppend {
    const messages = Array.from({ length: count }, () => this.message(stream, wishes))
    return appending(stream, messages, wishes.expectedVersion)
  }
}

export function appending(stream: string, messages: readonly Message[], expectedVersion?: number): StreamAppend {
  return { stream, category: categoryOf(stream), messages, expectedVersion }
}

/** A UUID that stands for a number. */
export function uuid(number: number): string {
  return `00000000-0000-7000-8000-${number.toString(16).padStart(12, '0')}`
}

function categoryOf(stream: string): string {
  return stream.split('-', 1)[0] ?? stream
}
