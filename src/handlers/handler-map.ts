import type { ElementDefinition } from '../model/definition.ts'
import type { BoundHandler } from './handler-group.ts'

/** Who handles what, worked out once at `init()`. */
export class HandlerMap {
  readonly #commands = new Map<ElementDefinition, BoundHandler>()
  readonly #queries = new Map<ElementDefinition, BoundHandler>()
  readonly #events = new Map<ElementDefinition, BoundHandler[]>()
  readonly #anyOfCategory = new Map<string, BoundHandler[]>()

  addCommand(command: ElementDefinition, handler: BoundHandler): void {
    this.#commands.set(command, handler)
  }

  addQuery(query: ElementDefinition, handler: BoundHandler): void {
    this.#queries.set(query, handler)
  }

  addEvent(event: ElementDefinition, handler: BoundHandler): void {
    this.#events.set(event, [...(this.#events.get(event) ?? []), handler])
  }

  /** A handler of every event of a category; `$all` for every event there is. */
  addAny(category: string, handler: BoundHandler): void {
    this.#anyOfCategory.set(category, [...(this.#anyOfCategory.get(category) ?? []), handler])
  }

  /** The same with another handler in the place of each; itself where nothing is to be changed. */
  each(change: ((handler: BoundHandler) => BoundHandler) | undefined): HandlerMap {
    if (change === undefined) return this
    const changed = new HandlerMap()
    for (const [command, handler] of this.#commands) changed.addCommand(command, change(handler))
    for (const [query, handler] of this.#queries) changed.addQuery(query, change(handler))
    for (const [event, handlers] of this.#events) for (const handler of handlers) changed.addEvent(event, change(handler))
    for (const [category, handlers] of this.#anyOfCategory) for (const handler of handlers) changed.addAny(category, change(handler))
    return changed
  }

  /** Events that are handled by class, with their handlers. */
  get events(): ReadonlyMap<ElementDefinition, readonly BoundHandler[]> {
    return this.#events
  }

  get commands(): ReadonlyMap<ElementDefinition, BoundHandler> {
    return this.#commands
  }

  /** Categories that are handled as a whole, with their handlers. */
  get wholeCategories(): ReadonlyMap<string, readonly BoundHandler[]> {
    return this.#anyOfCategory
  }

  ofCommand(command: ElementDefinition): BoundHandler | undefined {
    return this.#commands.get(command)
  }

  ofQuery(query: ElementDefinition): BoundHandler | undefined {
    return this.#queries.get(query)
  }

  /** In the order of declaration. A group that handles the event by class does not get it as `'any'` too. */
  ofEvent(event: ElementDefinition, category: string): readonly BoundHandler[] {
    const specific = this.#events.get(event) ?? NONE
    if (this.#anyOfCategory.size === 0) return specific
    const any = [...(this.#anyOfCategory.get(category) ?? NONE), ...(this.#anyOfCategory.get('$all') ?? NONE)]
    if (any.length === 0) return specific
    return [...specific, ...any.filter((handler) => specific.every((other) => other.group !== handler.group))]
  }
}

const NONE: readonly BoundHandler[] = []
