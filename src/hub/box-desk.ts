/** Decides whether a lane may have a box, and what that box is: asks host and engine, policy judges. */
import type { BoxHost, BoxPlan, ImageSeen } from '../../adapters/box.ts'
import { BoxFault, LABELS } from '../../adapters/box.ts'
import type { BoxProfile, DockerConfig } from '../../state/box-config.ts'
import type { LaunchConfig } from '../../state/config.ts'
import type { Engine } from '../../state/words.ts'
import { configFiles, driftOf } from '../policy/box-drift.ts'
import { splitImage } from '../policy/box-image.ts'
import { boxEnv, containerName, engineHome, planBox, profileMounts } from '../policy/box-plan.ts'
import { judgeBox } from '../policy/box-profile.ts'
import type { BoxGround, ImageScan } from '../rpc/box-api.ts'
import type { RunnerSpec } from '../rpc/lane-api.ts'
import { RpcFault } from '../rpc/peer.ts'
import type { ProbeSession } from './probe-session.ts'
import type { Run } from './runners/runner.ts'

export type BoxSpec = Extract<RunnerSpec, { kind: 'box' }>

export interface BoxDeskDeps {
  ask: ProbeSession['request']
  host: BoxHost
  docker: DockerConfig
  profiles: Readonly<Record<string, BoxProfile>>
  launch: LaunchConfig
  now(): number
}

export type BoxChosen =
  /** `program` is the agent's in the box. */
  { kind: 'box'; spec: BoxSpec; program: string } | { kind: 'refused'; problems: string[] }

export interface BoxDesk {
  readonly host: BoxHost
  choose(asked: {
    profile: string | null
    engine: Engine
    stem: string
    key: string
  }): Promise<BoxChosen>
  /** What a run's box is made of. Throws RpcFault when its profile is no longer there. */
  plan(run: Run, spec: BoxSpec): Promise<BoxPlan>
}

export function newBoxDesk(deps: BoxDeskDeps): BoxDesk {
  const { ask, host, profiles, launch, now } = deps
  const { socket } = deps.docker
  const scans = new Map<string, ImageScan>()

  const groundFor = (profile: BoxProfile, repo: string | null, hashes: string[]) =>
    ask('box.ground', {
      repo,
      paths: profile.mounts.map(({ source }) => source),
      tokens: profile.needs.map(({ token }) => token),
      hashes,
    })

  /** An image never changes under its id: what was read once need not be read again. */
  const scan = async (
    { scan: maxBytes, ignore }: BoxProfile,
    { id: image }: ImageSeen,
    hashes: string[],
  ) => {
    const about = JSON.stringify([image, maxBytes, ignore, hashes])
    const known = scans.get(about)
    if (known) return known
    try {
      const found = await ask('box.scan', { socket, image, ignore, hashes, maxBytes })
      scans.set(about, found)
      return found
    } catch (error) {
      if (!(error instanceof RpcFault)) throw error
      return { fault: error.message }
    }
  }

  return {
    host,
    async choose({ profile: name, engine, stem, key }) {
      const profile = name === null ? undefined : profiles[name]
      if (name === null || profile === undefined) return refuse([unknownProfile(name, profiles)])
      try {
        const ground = await groundFor(profile, null, [])
        const image = await host.image(splitImage(profile.image).name)
        const env = boxEnv(profile, launch.env, ground)
        const files = configFiles(
          engine,
          engineHome(engine, env),
          engineHome(engine, boxEnv({ ...profile, env: {} }, launch.env, ground)),
          profileMounts(profile, ground),
        )
        const baked = files.map(file => file.baked)
        const scanned = image && (await scan(profile, image, baked))
        const wish = { profile, engine, env: launch.env, socket, ground, image, now: now() }
        const problems = judgeBox({ ...wish, scan: scanned })
        if (problems.length > 0 || image === null) {
          return refuse(problems.map(problem => `box ${name}: ${problem}`))
        }
        const there = await groundFor(
          profile,
          null,
          files.map(file => file.onHost),
        )
        const hashes = scanned !== null && 'hashes' in scanned ? scanned.hashes : {}
        const drift = driftOf(files, hashes, there.hashes)
        const container = containerName(stem, key)
        const spec = { kind: 'box', container, image: image.id, profile: name, drift } as const
        return { kind: 'box', spec, program: profile.program ?? engine }
      } catch (error) {
        if (!(error instanceof BoxFault)) throw error
        return refuse([`box ${name}: ${error.message}: ${error.mend}`])
      }
    },
    async plan(run, spec) {
      const profile = profiles[spec.profile]
      if (profile === undefined) throw new RpcFault(unknownProfile(spec.profile, profiles))
      const ground: BoxGround = await groundFor(profile, run.cwd, [])
      const { logs, stem, key, name, argv, cwd, log } = run
      const plan = planBox(profile, ground, {
        stem,
        key,
        name,
        profileName: spec.profile,
        image: spec.image,
        argv,
        cwd,
        brief: `${logs}/${stem}.brief.md`,
        log,
        stderr: `${logs}/${stem}.stderr`,
        env: run.env,
        mark: { DOCKMASTER_RUN: `${stem} ${key}` },
      })
      return { ...plan, labels: { ...plan.labels, [LABELS.drift]: spec.drift.join(' ') } }
    },
  }
}

const refuse = (problems: string[]): BoxChosen => ({ kind: 'refused', problems })

function unknownProfile(name: string | null, profiles: BoxDeskDeps['profiles']): string {
  const known = Object.keys(profiles)
  const there = known.length === 0 ? 'the profile has no `boxes`' : `there are ${known.join(', ')}`
  return name === null
    ? `name the box: --box, or launch.box in the profile; ${there}`
    : `no box is named ${name}: ${there}`
}
