import type { Server, Socket } from 'node:net'
import { connect, createServer } from 'node:net'

/** Stands between a client and a server, and takes the server away or lets it fall silent. */
export class TcpProxy {
  readonly #target: { readonly host: string; readonly port: number }
  readonly #sockets = new Set<Socket>()
  #server: Server | undefined
  #port = 0

  constructor(target: URL, defaultPort: number) {
    this.#target = { host: target.hostname, port: Number(target.port || defaultPort) }
  }

  get port(): number {
    return this.#port
  }

  /** On the port that it had before, if it had one. */
  async start(): Promise<void> {
    const server = createServer((socket) => {
      const upstream = connect(this.#target)
      for (const one of [socket, upstream]) {
        this.#sockets.add(one)
        one.on('close', () => this.#sockets.delete(one))
        one.on('error', () => one.destroy())
      }
      socket.pipe(upstream).pipe(socket)
    })
    this.#server = server
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject)
      server.listen(this.#port, '127.0.0.1', resolve)
    })
    const address = server.address()
    this.#port = typeof address === 'object' && address !== null ? address.port : 0
  }

  /** Keeps the connections, and passes nothing on. */
  fallSilent(): void {
    for (const socket of this.#sockets) {
      socket.unpipe()
      socket.pause()
    }
  }

  async stop(): Promise<void> {
    const server = this.#server
    this.#server = undefined
    if (server === undefined) return
    const closed = new Promise((resolve) => server.close(resolve))
    for (const socket of this.#sockets) socket.destroy()
    await closed
  }
}
