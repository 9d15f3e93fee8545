/** Whether code may be made from text here. Workers of some hosts, pages with a strict content security policy and `node --disallow-code-generation-from-strings` forbid it. */
export const CAN_GENERATE_CODE = probe()

function probe(): boolean {
  try {
    return new Function('return true')() === true
  } catch {
    return false
  }
}
