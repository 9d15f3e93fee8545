import type { WorkerProgress } from './worker.ts'

export type Lag = Pick<WorkerProgress, 'lag' | 'atLeast' | 'oldestMs' | 'problem'>

/** How far behind a worker is or, where what it reads from does not answer, that and why nobody can say. Never throws. */
export async function knownLag(ask: () => Promise<Lag>): Promise<Lag> {
  try {
    return await ask()
  } catch (error) {
    const problem = error instanceof Error ? error.message : String(error)
    return { lag: undefined, atLeast: false, oldestMs: undefined, problem }
  }
}
