/** A host where trains are tested in boxes: a real sshd, the probe over it, a real Docker engine. */
import { execFileSync } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { dockerHost } from '../../../../adapters/docker/client.ts'
import { wayTo } from '../../../../adapters/docker/way.ts'
import { newBoxDesk } from '../../../../src/hub/box-desk.ts'
import { hostOf } from '../../../../src/hub/open-host.ts'
import { ProfileConfig } from '../../../../state/config.ts'
import { startDockerd } from '../../parts/dockerd.ts'
import { hostProbe } from '../../parts/host-probe.ts'
import { startSshd } from '../../parts/sshd.ts'

/** Its box profile is called `gate`. */
export async function gateHost() {
  const sshd = await startSshd({ forwardsSockets: true })
  onTestFinished(() => sshd.remove())
  const docker = await startDockerd(sshd.user)
  onTestFinished(() => docker.stop())
  const id = await docker.image('gate', {})
  const logs = join(sshd.dir, 'logs')
  mkdirSync(logs)
  execFileSync('chown', [`${sshd.user}:`, logs])
  const {
    launch,
    docker: engine,
    boxes,
    ...profile
  } = ProfileConfig.parse({
    host: 'factory',
    sshConfig: sshd.configFile,
    launch: { logs },
    docker: { socket: docker.socket },
    boxes: {
      gate: {
        image: `gate:test@${id}`,
        network: 'none',
        pids: 200,
        memory: '500m',
        mounts: [{ kind: 'tools', source: '/usr', mode: 'ro' }],
      },
    },
  })
  const transport = await hostOf({ ...profile, launch, docker: engine, boxes }, process.env).open()
  await transport.connect()
  onTestFinished(() => transport.close())
  const ask = await hostProbe(transport)
  const host = dockerHost(
    wayTo({
      socket: docker.socket,
      ready: async () => ({ transport }),
      lookAt: socket => ask('box.socket', { socket }),
    }),
  )
  const desk = newBoxDesk({
    ask,
    host,
    docker: engine,
    profiles: boxes,
    launch,
    now: Date.now,
  })
  return { docker, gates: join(logs, 'gates'), logs, ask, host, desk }
}

export type GateHost = Awaited<ReturnType<typeof gateHost>>
