/** The same transfers, carried out in the background. */
import { Engine } from 'proteanjs'
import { expect } from 'vitest'
import { domain } from '../../src/domain.ts'
import { transferStory } from '../transfer-story.ts'

// Before the domain is initialised: the setup file does that when the first test begins.
domain.config.commandProcessing = 'async'
domain.config.eventProcessing = 'async'

// #region engine
transferStory(async () => {
  const engine = new Engine(domain, { testMode: true })
  await engine.run()
  expect(engine.failures).toEqual([])
})
// #endregion engine
