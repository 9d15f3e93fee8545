import type { ChildProcess } from 'node:child_process'
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { Places } from './chaos-domain.ts'
import type { SeededChoices } from './seeded-choices.ts'

/** Exit code of a worker that could not begin, because a server was away. */
export const NOT_NOW = 75

interface FleetOptions {
  readonly workers: number
  readonly places: Places
  /** Folder in which Node keeps what it has compiled. */
  readonly compileCache: string
  readonly chance: SeededChoices
}

/** Worker processes: as many as were asked for, whoever of them dies. */
export class Fleet {
  /** Workers that ended though nobody ended them. */
  readonly crashes: string[] = []
  readonly #options: FleetOptions
  readonly #running = new Set<ChildProcess>()
  readonly #killed = new WeakSet<ChildProcess>()
  #isStopping = false

  constructor(options: FleetOptions) {
    this.#options = options
  }

  /** Resolves when all of the first ones are at work. */
  async start(): Promise<void> {
    this.#fill()
    await Promise.all([...this.#running].map((child) => once(child, 'message')))
  }

  /** Kills one of them as the kernel would when memory is short. Another is started in its place. */
  killOne(): void {
    const child = this.#any()
    if (child !== undefined) this.#kill(child)
  }

  /** All at once, as when a machine dies. */
  killAll(): void {
    for (const child of this.#running) this.#kill(child)
  }

  /** Stops one in the middle of whatever it does; gives how to let it go on, which it does not know anything of. */
  freezeOne(): () => void {
    const child = this.#any()
    child?.kill('SIGSTOP')
    return () => child?.kill('SIGCONT')
  }

  /** Ends all in the orderly way. */
  async stop(): Promise<void> {
    this.#isStopping = true
    await Promise.all(
      [...this.#running].map(async (child) => {
        if (child.connected) child.send('stop')
        await once(child, 'exit')
      }),
    )
  }

  /** Ends whatever is left. */
  async dispose(): Promise<void> {
    this.#isStopping = true
    const left = [...this.#running].map((child) => once(child, 'exit'))
    this.killAll()
    await Promise.all(left)
  }

  #any(): ChildProcess | undefined {
    const running = [...this.#running]
    return running.length === 0 ? undefined : this.#options.chance.of(running)
  }

  #kill(child: ChildProcess): void {
    this.#killed.add(child)
    child.kill('SIGKILL')
  }

  #fill(): void {
    while (this.#running.size < this.#options.workers) this.#spawn()
  }

  #spawn(): void {
    const { places, chance, compileCache } = this.#options
    const script = fileURLToPath(new URL('worker-child.ts', import.meta.url))
    const seed = chance.between(0, 2 ** 32)
    const child = fork(script, [places.databaseUri, places.schema, places.redisUri ?? '', String(seed)], {
      execArgv: ['--no-warnings', '--conditions=proteanjs-source'],
      env: { ...process.env, NODE_COMPILE_CACHE: compileCache },
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    })
    this.#running.add(child)
    child.once('exit', (code, signal) => {
      this.#running.delete(child)
      if (!this.#killed.has(child) && code !== NOT_NOW && !(this.#isStopping && code === 0)) this.crashes.push(`exit ${code ?? signal}`)
      if (!this.#isStopping) this.#fill()
    })
  }
}
