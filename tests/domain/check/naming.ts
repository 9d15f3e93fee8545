// #region rule
import type { CustomRule } from 'proteanjs'

export const shortNames: CustomRule = ({ elements }) =>
  elements
    .filter(({ name }) => name.length > 40)
    .map(({ name }) => ({ code: 'NAME_TOO_LONG', element: name, level: 'info', message: 'has a long name.' }))
// #endregion rule
