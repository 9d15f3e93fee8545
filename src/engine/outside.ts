/** How a frame of the engine differs from whatever the engine was started in. */
export const OUTSIDE = {
  unitOfWork: undefined,
  message: undefined,
  priority: undefined,
  reactions: undefined,
  standIn: undefined,
  delivery: undefined,
  values: Object.freeze({}),
}
