import { AsyncLocalStorage } from 'node:async_hooks'

import type { ReactionFailure } from '../errors.ts'
import type { Message } from '../messaging/message.ts'
import type { Database } from '../ports/database.ts'
import type { StandIn } from './table-mapping.ts'
import type { UnitOfWork } from './unit-of-work.ts'

/** Events waiting for their synchronous handlers; drained by the outermost commit. */
export interface ReactionQueue {
  /** False once it is drained: what is committed later, by code that nobody waited for, drains for itself. */
  isOpen: boolean
  readonly waiting: (() => Promise<void>)[]
  readonly failures: ReactionFailure[]
}

/** A process manager's handler at work: commands that it submits are sent with the commit of its state, or not at all. */
export interface ProcessStep {
  /** Where the state is stored, and what the unit of work therefore writes to. */
  readonly database: Database
  /** Takes the commands instead of those who would handle them; for tests. */
  readonly collect: ((command: object) => void) | undefined
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
  readonly step: ProcessStep | undefined
  readonly standIn: StandIn | undefined
  /** Whose handling of which message this is part of, for events to carry: where their store does not commit with what is noted of it. */
  readonly delivery: string | undefined
  /** Set by `domain.run(values, …)`; readable until the frame ends. */
  readonly values: Readonly<Record<string, unknown>>
}

/** How a frame differs from the one around it. */
export type FrameChanges = Partial<Omit<Frame, 'domain' | 'parent'>>

const storage = new AsyncLocalStorage<Frame | undefined>()
/** Entered and not left again, the latest last. */
const entered: Frame[] = []

export function currentFrame(): Frame | undefined {
  return storage.getStore() ?? entered.at(-1)
}

/** The innermost frame of one domain. */
export function frameOf(domain: object): Frame | undefined {
  let frame = currentFrame()
  while (frame !== undefined && frame.domain !== domain) frame = frame.parent
  return frame
}

/** Runs `body` in a frame of `domain` that differs from the domain's present one by `changes`. */
export function runInFrame<Result>(domain: object, changes: FrameChanges, body: () => Result): Result {
  return storage.run(nextFrame(domain, changes), body)
}

/**
 * Makes a frame current for everything in the process that runs in no frame, until the function that this returns is called. For test set-ups:
 * `AsyncLocalStorage.enterWith` in a hook does not reach the test that follows it.
 */
export function enterFrame(domain: object, changes: FrameChanges): () => void {
  const frame = nextFrame(domain, changes)
  entered.push(frame)
  return () => {
    const index = entered.indexOf(frame)
    if (index !== -1) entered.splice(index, 1)
  }
}

function nextFrame(domain: object, changes: FrameChanges): Frame {
  const parent = currentFrame()
  const own = frameOf(domain)
  return own === undefined ? { ...OUTERMOST, ...changes, domain, parent } : { ...own, ...changes, parent }
}

const OUTERMOST = {
  unitOfWork: undefined,
  message: undefined,
  priority: undefined,
  reactions: undefined,
  step: undefined,
  standIn: undefined,
  delivery: undefined,
  values: Object.freeze({}),
}
