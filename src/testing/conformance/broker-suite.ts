import type { Broker, BrokerCapabilities } from '../../ports/broker.ts'
import type { ConformanceContext, ConformanceRunner, PassingTime, Suite } from './runner.ts'
import { suiteFor } from './runner.ts'

export interface BrokerHarness extends PassingTime {
  /** Not necessarily open, and empty: the suite opens it. */
  readonly broker: Broker
  dispose(): Promise<void> | void
}

export interface BrokerConformanceOptions extends ConformanceRunner {
  /** Gives a broker that shares nothing with any other, each time. */
  create(): Promise<BrokerHarness> | BrokerHarness
}

export interface BrokerSubject {
  readonly broker: Broker
  readonly advance: PassingTime['advance']
}

export interface BrokerSuite extends Suite<BrokerSubject> {
  /** For brokers with the `acknowledgement` capability. */
  acknowledgementTest(name: string, body: (subject: BrokerSubject, context: ConformanceContext) => Promise<void>): unknown
  /** For brokers with the `replay` capability, which keep what was published. */
  keepingTest(name: string, body: (subject: BrokerSubject, context: ConformanceContext) => Promise<void>): unknown
}

/** Every test gets an open broker. */
export function brokerSuite(options: BrokerConformanceOptions): BrokerSuite {
  const suite = suiteFor(
    options,
    () => options.create(),
    async (harness): Promise<BrokerSubject> => {
      await harness.broker.open()
      return { broker: harness.broker, advance: (ms) => harness.advance(ms) }
    },
  )
  const testWith =
    (capability: keyof BrokerCapabilities): BrokerSuite['keepingTest'] =>
    (name, body) =>
      suite.test(name, async (subject, context) => {
        if (subject.broker.capabilities[capability]) await body(subject, context)
        else context.skip(`capabilities.${capability} is false`)
      })
  return { ...suite, acknowledgementTest: testWith('acknowledgement'), keepingTest: testWith('replay') }
}
