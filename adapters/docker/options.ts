/** What Docker's engine (API 1.41) is told to make. */
import type { ContainerCreateOptions } from 'dockerode'
import type { BoxPlan } from '../box.ts'

/** Whatever a plan says: never privileged, and no new rights inside. */
export const createOptions = (plan: BoxPlan): ContainerCreateOptions => ({
  name: plan.name,
  Image: plan.image,
  User: plan.user,
  Entrypoint: [],
  Cmd: [...plan.argv],
  WorkingDir: plan.cwd,
  Env: Object.entries(plan.env).map(([name, value]) => `${name}=${value}`),
  Labels: { ...plan.labels },
  HostConfig: {
    AutoRemove: plan.afterEnd === 'remove',
    Init: true,
    Privileged: false,
    CapDrop: ['ALL'],
    SecurityOpt: ['no-new-privileges'],
    NetworkMode: plan.network,
    Memory: plan.memory,
    MemorySwap: plan.memory,
    NanoCpus: Math.round(plan.cpus * 1e9),
    PidsLimit: plan.pids,
    ReadonlyRootfs: plan.isRootReadOnly,
    Tmpfs: Object.fromEntries(plan.tmpfs.map(path => [path, 'rw,nosuid,nodev,mode=1777'])),
    LogConfig: { Type: 'none', Config: {} },
    // Unlike Binds, these are refused when the source is not there.
    Mounts: plan.mounts.map(({ source, target, mode }) => ({
      Type: 'bind' as const,
      Source: source,
      Target: target,
      ReadOnly: mode === 'ro',
    })),
  },
})
