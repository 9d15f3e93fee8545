import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Settings } from '../../domain/config/schema.ts'
import type { Readiness } from '../../engine/health/readiness.ts'
import type { Logger } from '../../ports/logger.ts'

export interface HealthServerOptions {
  readonly settings: Settings['server']['health']
  readonly logger: Logger
  readiness(): Promise<Readiness>
}

const ALIVE: Readiness = { isReady: true, body: { status: 'ok', checks: { event_loop: 'responsive' } } }
const MAX_HEADER_BYTES = 4096
const REQUEST_LIMIT_MS = 5000
const MAX_PORTS = 100

/** Answers probes: `/livez` and `/healthz` say that the process is there, `/readyz` whether it can do its work. */
export class HealthServer {
  readonly #server: Server

  private constructor(server: Server) {
    this.#server = server
  }

  /** Undefined where it is switched off, or cannot listen: a server without probes still does its work, so that is a warning. */
  static async start({ settings, logger, readiness }: HealthServerOptions): Promise<HealthServer | undefined> {
    if (!settings.enabled) return undefined
    const server = createServer(
      { maxHeaderSize: MAX_HEADER_BYTES, requestTimeout: REQUEST_LIMIT_MS, headersTimeout: REQUEST_LIMIT_MS },
      (request, response) => void answer(request, response, readiness),
    )
    try {
      const { address, port } = await listening(server, settings)
      const url = `http://${address.includes(':') ? `[${address}]` : address}:${port}`
      logger.info({ event: 'health.listening', url, port }, `Probes are answered at ${url}.`)
      return new HealthServer(server)
    } catch (error) {
      const { host, port } = settings
      const { code, message } = error as NodeJS.ErrnoException
      const what = code === 'EADDRINUSE' ? `port ${port} of ${host} is taken` : message
      const fix = 'Set server.health.port, or server.health.port_auto_increment = true, or server.health.enabled = false.'
      logger.warn({ event: 'health.unavailable', host, port, code }, `Probes are not answered: ${what}. ${fix}`)
      return undefined
    }
  }

  async close(): Promise<void> {
    await new Promise((resolve) => {
      this.#server.close(resolve)
      this.#server.closeAllConnections()
    })
  }
}

async function answer(request: IncomingMessage, response: ServerResponse, readiness: () => Promise<Readiness>): Promise<void> {
  const { method = '', url = '' } = request
  const [path] = url.split('?')
  const isAlive = path === '/livez' || path === '/healthz'
  if (!isAlive && path !== '/readyz') return send(response, 404, { error: 'Not found. There are /livez, /healthz and /readyz.' })
  if (method !== 'GET' && method !== 'HEAD') {
    response.setHeader('Allow', 'GET, HEAD')
    return send(response, 405, { error: 'Only GET and HEAD.' })
  }
  const { isReady, body } = isAlive ? ALIVE : await readiness().catch(failed)
  send(response, isReady ? 200 : 503, body)
}

/** Readiness is made of answers that do not fail; should one do so all the same, that is no reason to be without probes. */
function failed(): Readiness {
  return { isReady: false, body: { status: 'unavailable' } }
}

function send(response: ServerResponse, status: number, body: Readonly<Record<string, unknown>>): void {
  const text = `${JSON.stringify(body)}\n`
  response.writeHead(status, {
    'Content-Type': 'application/json; charset=utf-8',
    'Content-Length': Buffer.byteLength(text),
    'Cache-Control': 'no-store',
  })
  // Node leaves the body out where the request was HEAD.
  response.end(text)
}

async function listening(server: Server, { host, port, portAutoIncrement }: Settings['server']['health']): Promise<AddressInfo> {
  const last = portAutoIncrement && port !== 0 ? Math.min(port + MAX_PORTS, 65_535) : port
  for (let candidate = port; ; candidate += 1) {
    try {
      await new Promise<void>((resolve, reject) => {
        server.once('error', reject)
        server.listen(candidate, host, () => {
          server.off('error', reject)
          resolve()
        })
      })
      return server.address() as AddressInfo
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE' || candidate >= last) throw error
    }
  }
}
