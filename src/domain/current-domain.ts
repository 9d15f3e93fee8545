import { IncorrectUsageError } from '../errors.ts'
import type { Message } from '../messaging/message.ts'
import { currentFrame, frameOf } from '../unit-of-work/current.ts'
import type { Domain } from './domain.ts'

/** The domain whose code is running: inside `domain.run()`, a unit of work or a handler. Throws `IncorrectUsageError` outside. */
export function currentDomain(): Domain {
  const frame = currentFrame()
  if (frame === undefined) {
    throw new IncorrectUsageError('No domain is current here. Run the code inside domain.run(), a unit of work or a handler.', {
      code: 'NO_CURRENT_DOMAIN',
    })
  }
  return frame.domain as Domain
}

/** The message that the current domain is handling, if it is handling one. */
export function currentMessage(): Message | undefined {
  return currentFrame()?.message
}

/** The values that the enclosing `domain.run(values, …)` was given. */
export function currentValues(): Readonly<Record<string, unknown>> {
  const frame = currentFrame()
  return (frame === undefined ? undefined : frameOf(frame.domain)?.values) ?? {}
}
