/** Opens the engine's socket as the user of the lanes: what stands against it has a name then. */
import { connect } from 'node:net'
import { userInfo } from 'node:os'
import type { ProbeParams, ProbeResult } from '../../rpc/probe-api.ts'

const SEEN: Readonly<Record<string, ProbeResult<'box.socket'>['seen']>> = {
  ENOENT: 'absent',
  ENOTDIR: 'absent',
  EACCES: 'denied',
  EPERM: 'denied',
}

export const lookAtSocket = ({
  socket,
}: ProbeParams<'box.socket'>): Promise<ProbeResult<'box.socket'>> =>
  new Promise(resolve => {
    const { username: user } = userInfo()
    const opened = connect({ path: socket })
    opened.once('connect', () => {
      opened.destroy()
      resolve({ seen: 'open', user })
    })
    opened.once('error', (error: NodeJS.ErrnoException) =>
      resolve({ seen: SEEN[error.code ?? ''] ?? 'silent', user }),
    )
  })
