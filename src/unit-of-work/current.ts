import { AsyncLocalStorage } from 'node:async_hooks'

import type { ReactionFailure } from '../errors.ts'
import type { Message } from '../messaging/message.ts'
import type { UnitOfWork } from './unit-of-work.ts'

/** Events waiting for their synchronous handlers; drained by the outermost commit. */
export interface ReactionQueue {
  readonly waiting: (() => Promise<void>)[]
  readonly failures: ReactionFailure[]
}

/** What goes on around the code that is running: one frame for each domain, unit of work or message entered. */
export interface Frame {
  readonly domain: object
  readonly parent: Frame | undefined
  readonly unitOfWork: UnitOfWork | undefined
  /** The message being handled. */
  readonly message: Message | undefined
  readonly priority: number | undefined
  readonly reactions: ReactionQueue | undefined
  /** Set by `domain.run(values, …)`; readable until the frame ends. */
  readonly values: Readonly<Record<string, unknown>>
}

const storage = new AsyncLocalStorage<Frame | undefined>()

export function currentFrame(): Frame | undefined {
  return storage.getStore()
}

/** The innermost frame of one domain. */
export function frameOf(domain: object): Frame | undefined {
  let frame = storage.getStore()
  while (frame !== undefined && frame.domain !== domain) frame = frame.parent
  return frame
}

/** Runs `body` in a frame of `domain` that differs from the domain's present one by `changes`. */
export function runInFrame<Result>(domain: object, changes: Partial<Omit<Frame, 'domain' | 'parent'>>, body: () => Result): Result {
  return storage.run(nextFrame(domain, changes), body)
}

/** Like `runInFrame`, from here to the end of the present asynchronous execution; returns how to go back. For test set-ups. */
export function enterFrame(domain: object, changes: Partial<Omit<Frame, 'domain' | 'parent'>>): () => void {
  const before = storage.getStore()
  storage.enterWith(nextFrame(domain, changes))
  return () => storage.enterWith(before)
}

function nextFrame(domain: object, changes: Partial<Omit<Frame, 'domain' | 'parent'>>): Frame {
  const own = frameOf(domain)
  return {
    unitOfWork: own?.unitOfWork,
    message: own?.message,
    priority: own?.priority,
    reactions: own?.reactions,
    values: own?.values ?? {},
    ...changes,
    domain,
    parent: storage.getStore(),
  }
}
