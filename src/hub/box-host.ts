/** The engine of boxes, by the one connection. */
import type { BoxHost } from '../../adapters/box.ts'
import { dockerHost } from '../../adapters/docker/client.ts'
import { wayTo } from '../../adapters/docker/way.ts'
import type { DockerConfig } from '../../state/box-config.ts'
import type { Link } from './link.ts'
import type { ProbeSession } from './probe-session.ts'

const READY_MS = 20_000

export const boxHostOf = (
  { socket }: DockerConfig,
  { link, ask }: { link: Link; ask: ProbeSession['request'] },
): BoxHost =>
  dockerHost(
    wayTo({
      socket,
      ready: () => link.ready(READY_MS),
      lookAt: path => ask('box.socket', { socket: path }),
    }),
  )
