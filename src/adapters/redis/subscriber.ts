import type { DriverClient } from './driver.ts'
import { translated } from './errors.ts'

/** A connection that listens to channels. The driver subscribes anew by itself when it has lost it; what was sent meanwhile is not heard. */
export class Subscriber {
  readonly #connection: DriverClient
  readonly #where: string

  constructor(connection: DriverClient, where: string) {
    this.#connection = connection
    this.#where = where
  }

  subscribe(channel: string, listener: (text: string) => void): Promise<void> {
    return this.#run(() => this.#connection.subscribe(channel, listener))
  }

  unsubscribe(channel: string): Promise<void> {
    return this.#run(() => this.#connection.unsubscribe(channel))
  }

  /** Resolves when everything that was published before has been heard: the server answers on this connection after having sent it. */
  async caughtUp(): Promise<void> {
    await this.#run(() => this.#connection.sendCommand(['PING']))
  }

  destroy(): void {
    this.#connection.destroy()
  }

  async #run<Result>(action: () => Promise<Result>): Promise<Result> {
    try {
      return await action()
    } catch (error) {
      throw translated(error, this.#where)
    }
  }
}
