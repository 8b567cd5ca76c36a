/** What the practice engine says of containers and images, in the words of Docker's API 1.41. */
import { buffer } from 'node:stream/consumers'
import { type Pack, pack } from 'tar-stream'
import type { Container, EngineEvent } from './containers.ts'
import type { PracticeImage } from './images.ts'

const NEVER = '0001-01-01T00:00:00Z'
const iso = (at: number): string => new Date(at).toISOString()

export const containerView = (container: Container): object => {
  const { id, plan, createdAt, state, pid, startedAt, exit } = container
  return {
    Id: id,
    Name: `/${plan.name}`,
    Created: iso(createdAt),
    Image: plan.image,
    State: {
      Status: state,
      Running: state === 'running',
      Pid: pid,
      ExitCode: exit,
      OOMKilled: false,
      StartedAt: startedAt === null ? NEVER : iso(startedAt),
    },
    Config: { Labels: plan.labels, WorkingDir: plan.cwd },
  }
}

export const imageView = ({ name, id, size, ageMs, base }: PracticeImage, start: number) => ({
  Id: id,
  RepoTags: [name],
  RepoDigests: [],
  Created: iso(start - ageMs),
  Size: size,
  Config: {
    Env: ['PATH=/usr/local/bin:/usr/bin:/bin'],
    Labels: { 'org.opencontainers.image.base.digest': base },
  },
})

export const HISTORY = [{ CreatedBy: 'COPY agents /usr/local/bin' }, { CreatedBy: 'FROM base' }]

/** As `docker save` has it: one layer, with nothing in it that anybody would keep secret. */
export async function imageArchive({ name, base }: PracticeImage): Promise<Pack> {
  const layer = pack()
  layer.entry({ name: 'etc/os-release' }, `NAME=${name}\nBASE=${base}\n`)
  layer.finalize()
  const archive = pack()
  archive.entry({ name: 'layer/layer.tar' }, await buffer(layer))
  archive.entry({ name: 'manifest.json' }, JSON.stringify([{ RepoTags: [name] }]))
  archive.finalize()
  return archive
}

export const eventView = ({ action, container }: EngineEvent, at: number): object => ({
  Type: 'container',
  Action: action,
  Actor: {
    ID: container.id,
    Attributes: {
      ...container.plan.labels,
      name: container.plan.name,
      ...(action === 'die' ? { exitCode: String(container.exit) } : {}),
    },
  },
  time: Math.floor(at / 1_000),
})
