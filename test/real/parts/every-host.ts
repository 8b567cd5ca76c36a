/** Every transport, held to the same contract: one describes what it must do over each of these hosts. */
import { afterAll, beforeAll } from 'vitest'
import type { Transport } from '../../../adapters/transport.ts'
import { requirePart } from '../../setup/require-part.ts'
import { practiceHost } from './factory.ts'
import { localHost, sshHost, type TestHost } from './hosts.ts'

const HOSTS: { name: string; suite: ReturnType<typeof requirePart>; make(): Promise<TestHost> }[] =
  [
    { name: 'local', suite: requirePart(), make: async () => localHost() },
    { name: 'ssh', suite: requirePart('sshd'), make: () => sshHost() },
    { name: 'practice ssh', suite: requirePart('sshd', 'git'), make: practiceHost },
  ]

/** A host with a connected transport, for the tests of one suite. */
export interface OnHost {
  readonly host: TestHost
  readonly transport: Transport
}

export function overEveryHost(what: string, describeOn: (on: OnHost) => void): void {
  for (const { name, suite, make } of HOSTS) {
    suite(`${what} over the ${name} transport`, () => {
      let open: OnHost | undefined
      const opened = () => {
        if (open === undefined) throw new Error('the host is not there yet')
        return open
      }
      beforeAll(async () => {
        const host = await make()
        const transport = await host.newTransport()
        open = { host, transport }
        await transport.connect()
      })
      afterAll(async () => {
        await open?.transport.close()
        await open?.host.remove()
      })
      describeOn({
        get host() {
          return opened().host
        },
        get transport() {
          return opened().transport
        },
      })
    })
  }
}
