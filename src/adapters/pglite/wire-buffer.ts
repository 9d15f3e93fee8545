import type { Flush, WireConnection } from '../postgres/flush.ts'
import type { PgliteSerializer, WireMessage } from './driver.ts'

/** Collects a flush's messages as bytes, and hands the flush the answers to them. */
export class WireBuffer implements WireConnection {
  readonly stream = { cork() {}, uncork() {} }
  readonly #serializer: PgliteSerializer
  readonly #parts: Uint8Array[] = []

  constructor(serializer: PgliteSerializer) {
    this.#serializer = serializer
  }

  parse(message: Parameters<WireConnection['parse']>[0]): void {
    this.#parts.push(this.#serializer.parse(message))
  }

  bind(message: Parameters<WireConnection['bind']>[0]): void {
    this.#parts.push(this.#serializer.bind(message))
  }

  describe(message: Parameters<WireConnection['describe']>[0]): void {
    this.#parts.push(this.#serializer.describe(message))
  }

  execute(message: Parameters<WireConnection['execute']>[0]): void {
    this.#parts.push(this.#serializer.execute(message))
  }

  close(message: Parameters<WireConnection['close']>[0]): void {
    this.#parts.push(this.#serializer.close(message))
  }

  sync(): void {
    this.#parts.push(this.#serializer.sync())
  }

  bytes(): Uint8Array {
    return Buffer.concat(this.#parts)
  }

  answer(flush: Flush, messages: readonly WireMessage[]): void {
    const error = messages.find(({ name }) => name === 'error')
    for (const message of messages) {
      if (message.name === 'rowDescription') flush.handleRowDescription({ fields: message.fields as readonly { readonly name: string }[] })
      else if (message.name === 'dataRow') flush.handleDataRow({ fields: message.fields as readonly (string | null)[] })
      else if (message.name === 'commandComplete') flush.handleCommandComplete({ text: message.text ?? '' })
    }
    if (error === undefined) flush.handleReadyForQuery()
    else flush.handleError(error as { readonly code?: unknown })
  }
}
