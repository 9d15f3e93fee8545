/**
 * Synchronous reactions: what handlers do, at once and in this process, about events that are committed. Breadth first: every handler of the
 * first event runs before any handler of an event that one of them caused; the outermost commit runs them all. Each has a unit of work of its own,
 * and one that fails stops no other.
 */
import type { ReactionFailure } from '../errors.ts'
import { ReactionError } from '../errors.ts'
import type { Message } from '../messaging/message.ts'
import type { ElementDefinition } from '../model/definition.ts'
import { definitionOfInstance } from '../model/definition.ts'
import type { ReactionQueue } from '../unit-of-work/current.ts'
import { frameOf, runInFrame } from '../unit-of-work/current.ts'
import { currentUnitOfWork, runInUnitOfWork } from '../unit-of-work/run-in-unit-of-work.ts'
import type { CommittedEvent, Runtime } from '../unit-of-work/runtime.ts'
import type { BoundHandler } from './handler-group.ts'
import type { HandlerMap } from './handler-map.ts'
import type { RetrySeams } from './quick-retry.ts'
import { withQuickRetry } from './quick-retry.ts'

export async function react(
  runtime: Runtime,
  handlers: HandlerMap,
  retry: RetrySeams,
  events: readonly CommittedEvent[],
): Promise<readonly ReactionFailure[]> {
  const frame = frameOf(runtime.domain)
  const failures: ReactionFailure[] = []
  const outer = frame?.reactions?.isOpen === true ? frame.reactions : undefined
  const queue: ReactionQueue = outer ?? { isOpen: true, waiting: [], failures }
  for (const committed of events) {
    const definition = definitionOfInstance(committed.event) as ElementDefinition
    for (const handler of handlers.ofEvent(definition, committed.message.category)) {
      queue.waiting.push(() => runReaction(runtime, retry, handler, committed, queue))
    }
  }
  if (outer !== undefined || queue.waiting.length === 0) return NONE
  await (currentUnitOfWork(runtime) === undefined
    ? drain(queue)
    : runInFrame(runtime.domain, { unitOfWork: undefined }, () => drain(queue)))
  return failures
}

async function drain(queue: ReactionQueue): Promise<void> {
  // The queue grows while it is worked off.
  for (let next = 0; next < queue.waiting.length; next += 1) await queue.waiting[next]?.()
  queue.isOpen = false
}

/** Runs one handler for one event, in the context of that event. Failures are noted, not thrown. */
async function runReaction(
  runtime: Runtime,
  retry: RetrySeams,
  handler: BoundHandler,
  { event, message }: CommittedEvent,
  reactions: ReactionQueue,
): Promise<void> {
  const changes = { message, priority: undefined, reactions }
  try {
    await withQuickRetry(runtime, retry, message.metadata.headers.deadline, () =>
      runInUnitOfWork(runtime, () => handler.run(event, message), changes),
    )
  } catch (error) {
    reactions.failures.push({ handler: handler.group.name, messageType: message.type, messageId: message.id, error })
  }
}

/** Lets every handler of one event react to it now. Throws `ReactionError` with their failures. */
export async function reactTo(runtime: Runtime, handlers: HandlerMap, retry: RetrySeams, event: object, message: Message): Promise<void> {
  const failures = await react(runtime, handlers, retry, [{ event, message }])
  if (failures.length > 0) throw new ReactionError(failures)
}

const NONE: readonly ReactionFailure[] = []
