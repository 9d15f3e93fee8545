import type { ReactionFailure } from '../errors.ts'
import { ReactionError } from '../errors.ts'
import type { FrameChanges } from './current.ts'
import { frameOf, runInFrame } from './current.ts'
import type { Runtime } from './runtime.ts'
import { UnitOfWork } from './unit-of-work.ts'

/** The open unit of work of a domain, when the running code is in one. */
export function currentUnitOfWork(runtime: Runtime): UnitOfWork | undefined {
  const unitOfWork = frameOf(runtime.domain)?.unitOfWork
  return unitOfWork?.isOpen === true ? unitOfWork : undefined
}

/**
 * Runs `body` in a unit of work: commits when it returns, gives everything up when it throws. Inside another one of the same domain it joins
 * that one; should it then fail, the outer one can no longer be committed, whether or not the error is caught. `changes` are those of the frame
 * that the body runs in.
 */
export async function runInUnitOfWork<Result>(
  runtime: Runtime,
  body: (unitOfWork: UnitOfWork) => Promise<Result>,
  changes?: FrameChanges,
): Promise<Result> {
  const outer = currentUnitOfWork(runtime)
  if (outer !== undefined) {
    try {
      return await (changes === undefined ? body(outer) : runInFrame(runtime.domain, changes, () => body(outer)))
    } catch (error) {
      outer.doom(error)
      throw error
    }
  }
  const unitOfWork = new UnitOfWork(runtime)
  const result = await runInFrame(runtime.domain, { ...changes, unitOfWork }, () => committing(unitOfWork, body))
  const failed = unitOfWork.hasAfterCommit ? (await unitOfWork.runAfterCommit()).map((error) => ({ handler: 'cache', error })) : NONE
  const failures = unitOfWork.events.length > 0 ? await reactions(runtime, unitOfWork, changes) : NONE
  if (failed.length > 0 || failures.length > 0) throw new ReactionError([...failed, ...failures], result)
  return result
}

async function committing<Result>(unitOfWork: UnitOfWork, body: (unitOfWork: UnitOfWork) => Promise<Result>): Promise<Result> {
  let result: Result
  try {
    result = await body(unitOfWork)
  } catch (error) {
    await unitOfWork.rollback()
    throw error
  }
  await unitOfWork.commit()
  return result
}

/** Makes a change in the open unit of work at once, or in one of its own where there is none. */
export function changeInUnitOfWork(runtime: Runtime, change: (unitOfWork: UnitOfWork) => void): Promise<void> | undefined {
  const open = currentUnitOfWork(runtime)
  if (open === undefined) return runInUnitOfWork(runtime, async (unitOfWork) => change(unitOfWork))
  try {
    change(open)
    return undefined
  } catch (error) {
    open.doom(error)
    throw error
  }
}

/** What a reaction causes waits in the queue that it is in itself. */
function reactions(runtime: Runtime, { events }: UnitOfWork, changes: FrameChanges | undefined): Promise<readonly ReactionFailure[]> {
  if (changes?.reactions === undefined) return runtime.committed(events)
  return runInFrame(runtime.domain, { reactions: changes.reactions }, () => runtime.committed(events))
}

const NONE: readonly ReactionFailure[] = []
