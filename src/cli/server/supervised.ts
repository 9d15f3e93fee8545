import type { EngineHealth } from '../../engine/health/engine-health.ts'

/** What the one sends to the other. */
export interface ToWorker {
  readonly question: number
  readonly withSubscriptions: boolean
}
export type FromWorker = { readonly ready: true } | { readonly question: number; readonly health: EngineHealth }

/** The environment of the worker of that number. */
export function supervisedEnvironment(number: number): NodeJS.ProcessEnv {
  return { ...process.env, PROTEAN_SERVER_WORKER: String(number) }
}

/** Whether another process has started this one, looks after it, and answers probes for it. */
export function isSupervised(): boolean {
  return process.env.PROTEAN_SERVER_WORKER !== undefined && process.send !== undefined
}

/** Says that the engine runs, and from then on how it is whenever that is asked. `orphaned`: nobody looks after this process any more. */
export function answerSupervisor(health: (withSubscriptions: boolean) => Promise<EngineHealth>, orphaned: () => void): void {
  const send = (message: FromWorker) => {
    // A supervisor that has gone does not want to know.
    if (process.connected) process.send?.(message, undefined, undefined, () => undefined)
  }
  process.on('message', ({ question, withSubscriptions }: ToWorker) => {
    void health(withSubscriptions).then((answer) => send({ question, health: answer }))
  })
  process.on('disconnect', orphaned)
  if (!process.connected) orphaned()
  send({ ready: true })
}
