/** What the framework knows of an aggregate whose state comes from its events, beside what it knows of every aggregate. */
export class Sourcing {
  /** While an event is being applied; only then may the state change. */
  applying = false
  /** While stored events are applied again. Rules are not checked: they held when the events were raised. */
  replaying = false
  /** How many explicit groups of changes are open: the rules are checked when the outermost ends. */
  groups = 0
  /** Position of the event being applied, and how many identities were derived from it so far. */
  position = -1
  derived = 0
  /** Id of the last stored event; undefined while there is none. */
  lastEventId: string | undefined = undefined
  /** The latest time of all stored events, in milliseconds. */
  latestTime = Number.NEGATIVE_INFINITY
  /** Version of the newest snapshot that is known of, -1 for none. */
  snapshotVersion = -1
}
