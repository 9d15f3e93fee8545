import { acknowledgementConformance } from './broker-acknowledgement.ts'
import { backlogConformance } from './broker-backlog.ts'
import { groupConformance } from './broker-groups.ts'
import { brokerLifecycleConformance } from './broker-lifecycle.ts'
import { publishConformance } from './broker-publish.ts'
import type { BrokerConformanceOptions } from './broker-suite.ts'
import { brokerSuite } from './broker-suite.ts'
import { trimConformance } from './broker-trim.ts'
import { waitingConformance } from './broker-waiting.ts'

/** Registers the tests that every broker passes, one `describe` per guarantee. */
export function brokerConformance(options: BrokerConformanceOptions): void {
  const suite = brokerSuite(options)
  publishConformance(suite)
  groupConformance(suite)
  acknowledgementConformance(suite)
  waitingConformance(suite)
  backlogConformance(suite)
  trimConformance(suite)
  brokerLifecycleConformance(suite, options)
}
