import { currentFrame, runInFrame } from '../unit-of-work/current.ts'
import { currentDomain } from './current-domain.ts'

/** Runs `body` with this priority for every command and event that it leads to and that names none itself. Inner calls win. */
export function withPriority<Result>(priority: number, body: () => Result): Result {
  return runInFrame(currentDomain(), { priority }, body)
}

/** The priority in force here; 0 when nothing set one. */
export function currentPriority(): number {
  const frame = currentFrame()
  return frame?.priority ?? frame?.message?.metadata.domain.priority ?? 0
}
