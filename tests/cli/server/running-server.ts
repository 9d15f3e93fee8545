import type { ChildProcess } from 'node:child_process'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { expect } from 'vitest'
import { shellEnvironment } from '../../support/shell-environment.ts'
import { repository } from '../../support/source-file.ts'
import { domainFile } from '../protean.ts'

export interface ServerSetup {
  readonly cwd: string
  readonly env?: Readonly<Record<string, string>>
  readonly domain?: string
}

interface LogLine {
  readonly event?: string
  readonly level: string
  readonly message: string
  readonly port?: number
  readonly pid?: number
}

const PATIENCE = { timeout: 40_000, interval: 20 }

/** `protean server` in a process of its own, watched by what it writes and by what it answers to probes. */
export class RunningServer {
  readonly process: ChildProcess
  readonly ended: Promise<number | null>
  out = ''
  #err = ''

  constructor(args: readonly string[], { cwd, env = {}, domain = domainFile('ledger') }: ServerSetup) {
    const main = join(repository, 'src/cli/main.ts')
    const options = ['--conditions=proteanjs-source', '--disable-warning=ExperimentalWarning', main, 'server', '--domain', domain]
    this.process = spawn(process.execPath, [...options, ...args], {
      cwd,
      env: shellEnvironment(env),
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    this.process.stdout?.on('data', (data) => {
      this.out += String(data)
    })
    this.process.stderr?.on('data', (data) => {
      this.#err += String(data)
    })
    this.ended = once(this.process, 'close').then(([code]) => code as number | null)
  }

  /** What it has logged so far, of all its processes. */
  get log(): readonly LogLine[] {
    const whole = this.#err.slice(0, this.#err.lastIndexOf('\n') + 1)
    return whole.split('\n').flatMap((line) => (line.startsWith('{') ? [JSON.parse(line) as LogLine] : []))
  }

  /** What it has written to its standard error. */
  get err(): string {
    return this.#err
  }

  logged(event: string): readonly LogLine[] {
    return this.log.filter((line) => line.event === event)
  }

  /** Waits until it has logged so many of that event. */
  async until(event: string, count = 1): Promise<readonly LogLine[]> {
    const found = () => this.logged(event).length >= count
    await expect
      .poll(() => found() || this.process.exitCode !== null, PATIENCE)
      .toBe(true)
      .catch(() => undefined)
    if (!found()) throw new Error(`"${event}" was expected in what the server logs, which is\n${this.#err}`)
    return this.logged(event)
  }

  /** Waits until it listens, and gives the port for probes. */
  async port(): Promise<number> {
    return (await this.until('health.listening'))[0]?.port as number
  }

  async probe(path = '/readyz'): Promise<{ readonly status: number; readonly body: unknown }> {
    const response = await fetch(`http://127.0.0.1:${await this.port()}${path}`)
    return { status: response.status, body: await response.json() }
  }

  /** Asks it to end, and gives the exit code. */
  stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<number | null> {
    this.process.kill(signal)
    return this.ended
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.process.kill('SIGKILL')
    await this.ended
  }
}

/** Where handlers ask to be let through: `waiting` are the processes whose handlers stand before it. */
export async function handlerGate() {
  const held: ServerResponse[] = []
  const waiting: number[] = []
  let isOpen = false
  const server = createServer((request: IncomingMessage, response: ServerResponse) => {
    request.on('data', (pid) => waiting.push(Number(pid)))
    if (isOpen) response.end()
    else held.push(response)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    waiting,
    /** Lets all through, from now on. */
    open() {
      isOpen = true
      for (const response of held.splice(0)) response.end()
    },
    [Symbol.asyncDispose]: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

export const eventually = (look: () => unknown) => expect.poll(look, PATIENCE)

/** The text of a module that exports a domain for tests as its own. */
export function reExported(name: string): string {
  return `export { domain } from ${JSON.stringify(domainFile(name))}\n`
}
