import type { AddressInfo } from 'node:net'
import { createServer } from 'node:net'

/** A server that asks for a password and then refuses it, as PostgreSQL does; gives its port. */
export async function refusingServer(): Promise<{ readonly port: number; close(): Promise<void> }> {
  const server = createServer((socket) => {
    let hasStarted = false
    socket.on('error', () => undefined)
    socket.on('data', () => {
      if (hasStarted) {
        socket.end(message('E', Buffer.from('SFATAL\0VFATAL\0C28P01\0Mpassword authentication failed for user "ann"\0\0')))
        return
      }
      hasStarted = true
      socket.write(message('R', Buffer.from([0, 0, 0, 3])))
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    port: (server.address() as AddressInfo).port,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  }
}

/** A server that takes connections and says nothing. */
export async function silentServer(): Promise<{ readonly port: number; close(): Promise<void> }> {
  const sockets = new Set<{ destroy(): void }>()
  const server = createServer((socket) => {
    socket.on('error', () => undefined)
    sockets.add(socket)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    port: (server.address() as AddressInfo).port,
    async close() {
      for (const socket of sockets) socket.destroy()
      await new Promise<void>((resolve) => server.close(() => resolve()))
    },
  }
}

function message(type: string, body: Buffer): Buffer {
  const head = Buffer.alloc(5)
  head.write(type)
  head.writeInt32BE(body.length + 4, 1)
  return Buffer.concat([head, body])
}
