/** The children of an entity: a live, read-only list that changes with `add` and `remove`. */
export interface Children<E> extends ReadonlyArray<E> {
  /** Appends children. The same child again changes nothing; another with an identity already there is refused with `ValidationError`. */
  add(...children: readonly E[]): void
  /** Removes children, found by identity. Those that are not there are left alone. */
  remove(...children: readonly E[]): void
  /** Makes these the children, in this order; the same as assigning a list to the field, which TypeScript cannot allow. */
  replace(children: readonly E[]): void
  /** The child with this identity, or with all these values, or the first that the function accepts. */
  find(identity: string): E | undefined
  find(values: Partial<E>): E | undefined
  find<S extends E>(predicate: (child: E, index: number, children: readonly E[]) => child is S): S | undefined
  find(predicate: (child: E, index: number, children: readonly E[]) => unknown): E | undefined
}
