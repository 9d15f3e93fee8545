import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { connect } from 'node:net'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { HealthServer } from '../../../src/cli/server/health-server.ts'
import type { Readiness } from '../../../src/engine/health/readiness.ts'
import { memoryLogger } from './fake-workers.ts'

const DEFAULTS = { enabled: true, host: '127.0.0.1', port: 0, portAutoIncrement: false }
const closing: (() => Promise<unknown>)[] = []

let log: ReturnType<typeof memoryLogger>
let readiness: () => Promise<Readiness>

beforeEach(() => {
  log = memoryLogger()
  readiness = async () => ({ isReady: true, body: { status: 'ok' } })
})

afterEach(async () => {
  for (const close of closing.splice(0)) await close()
})

/** Starts one, and gives the port that it says it listens on. */
async function started(settings: Partial<typeof DEFAULTS> = {}): Promise<number> {
  const server = await HealthServer.start({ settings: { ...DEFAULTS, ...settings }, logger: log.logger, readiness: () => readiness() })
  if (server !== undefined) closing.push(() => server.close())
  return log.lines.at(-1)?.fields.port as number
}

async function takenPort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  closing.push(() => new Promise((resolve) => server.close(resolve)))
  return (server.address() as AddressInfo).port
}

const ask = (port: number, path: string, method = 'GET') => fetch(`http://127.0.0.1:${port}${path}`, { method })

describe('what probes are answered', () => {
  test('the process is alive whatever it can reach', async () => {
    readiness = async () => ({ isReady: false, body: {} })
    const port = await started()
    for (const path of ['/livez', '/healthz', '/livez?verbose']) {
      const response = await ask(port, path)
      expect([response.status, await response.json()]).toEqual([200, { status: 'ok', checks: { event_loop: 'responsive' } }])
      expect(response.headers.get('cache-control')).toBe('no-store')
    }
  })

  test('ready is 200, and not ready is 503, with what is the matter', async () => {
    const port = await started()
    expect((await ask(port, '/readyz')).status).toBe(200)
    readiness = async () => ({ isReady: false, body: { status: 'degraded' } })
    const response = await ask(port, '/readyz')
    expect([response.status, await response.json()]).toEqual([503, { status: 'degraded' }])
  })

  test('HEAD gives the status alone, other methods 405, other paths 404', async () => {
    const port = await started()
    const head = await ask(port, '/readyz', 'HEAD')
    expect([head.status, await head.text()]).toEqual([200, ''])
    for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS']) {
      const response = await ask(port, '/livez', method)
      expect([response.status, response.headers.get('allow')]).toEqual([405, 'GET, HEAD'])
    }
    for (const path of ['/', '/health', '/readyz/x']) expect((await ask(port, path)).status).toBe(404)
  })

  test('a question that cannot be answered is one more reason not to be ready', async () => {
    readiness = async () => {
      throw new Error('none of your business')
    }
    const response = await ask(await started(), '/readyz')
    expect([response.status, await response.json()]).toEqual([503, { status: 'unavailable' }])
  })

  test('a request with more headers than any probe has is refused', async () => {
    const port = await started()
    const answer = await new Promise<string>((resolve, reject) => {
      const socket = connect(port, '127.0.0.1', () => socket.write(`GET /livez HTTP/1.1\r\nHost: x\r\nX-Long: ${'a'.repeat(5000)}\r\n\r\n`))
      socket.on('data', (data) => resolve(String(data))).on('error', reject)
    })
    expect(answer).toMatch(/^HTTP\/1\.1 431 /)
  })
})

describe('a port that is taken', () => {
  test('is a warning that says what to do, and no end of the server', async () => {
    const port = await takenPort()
    await started({ port })
    expect(log.lines).toMatchObject([
      { level: 'warn', text: expect.stringMatching(`port ${port} of 127.0.0.1 is taken. Set server.health.port`) },
    ])
  })

  test('leads to the next free one where the configuration says so', async () => {
    const taken = await takenPort()
    const port = await started({ port: taken, portAutoIncrement: true })
    expect(port).toBeGreaterThan(taken)
    expect((await ask(port, '/livez')).status).toBe(200)
  })

  test('an address that is not of this machine is a warning too', async () => {
    await started({ host: '203.0.113.1' })
    expect(log.lines).toMatchObject([{ level: 'warn', text: expect.stringMatching(/^Probes are not answered: .*EADDRNOTAVAIL/) }])
  })

  test('nobody listens where probes are switched off', async () => {
    await started({ enabled: false })
    expect(log.lines).toEqual([])
  })
})
