/** Decides whether a lane may have a box, and what that box is: asks host and engine, policy judges. */
import { randomUUID } from 'node:crypto'
import { BoxFault, type BoxHost, type BoxPlan, type ImageSeen, LABELS } from '../../adapters/box.ts'
import type { BoxProfile, DockerConfig } from '../../state/box-config.ts'
import type { LaunchConfig } from '../../state/config.ts'
import type { Engine } from '../../state/words.ts'
import { configFiles, driftOf } from '../policy/box-drift.ts'
import { splitImage } from '../policy/box-image.ts'
import {
  type BoxCommand,
  boxEnv,
  containerName,
  engineHome,
  planBox,
  planCommand,
  planGate,
  profileMounts,
} from '../policy/box-plan.ts'
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
  { kind: 'box'; spec: BoxSpec; program: string } | Refused

interface Refused {
  kind: 'refused'
  problems: string[]
}

type Examined =
  | { kind: 'fit'; name: string; profile: BoxProfile; image: string; drift: string[] }
  | Refused

export interface CommandBox {
  kind: 'fit'
  profile: string
  /** `cwd` is where it works, `repo` a worktree of the same repository. */
  plan(command: BoxCommand, where: { cwd: string; repo: string; index: number }): Promise<BoxPlan>
  /** It stays after its end. `cwd` is a worktree, `log` takes what it says. */
  gate(gate: GateRun): Promise<BoxPlan>
}

export interface GateRun {
  command: string
  cwd: string
  log: string
  container: string
  stem: string
  key: string
}

export interface BoxDesk {
  readonly host: BoxHost
  choose(asked: { profile: string | null; engine: Engine; stem: string }): Promise<BoxChosen>
  /** Boxes for commands that are no agent's, on behalf of that lane. */
  forCommands(profile: string | null, lane: string): Promise<CommandBox | Refused>
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

  /** What a profile comes to on this host, judged for an agent, or for commands when it is null. */
  const examine = async (name: string | null, engine: Engine | null): Promise<Examined> => {
    const profile = name === null ? undefined : profiles[name]
    if (name === null || profile === undefined) return refuse([unknownProfile(name, profiles)])
    try {
      const ground = await groundFor(profile, null, [])
      const image = await host.image(splitImage(profile.image).name)
      const files = engine === null ? [] : filesOf(profile, engine, launch.env, ground)
      const baked = files.map(file => file.baked)
      const scanned = image && (await scan(profile, image, baked))
      const wish = { profile, engine, env: launch.env, socket, ground, image, now: now() }
      const problems = judgeBox({ ...wish, scan: scanned })
      if (problems.length > 0 || image === null) {
        return refuse(problems.map(problem => `box ${name}: ${problem}`))
      }
      const onHost = files.map(file => file.onHost)
      const there = await groundFor(profile, null, onHost)
      const hashes = scanned !== null && 'hashes' in scanned ? scanned.hashes : {}
      const drift = driftOf(files, hashes, there.hashes)
      return { kind: 'fit', name, profile, image: image.id, drift }
    } catch (error) {
      if (!(error instanceof BoxFault)) throw error
      return refuse([`box ${name}: ${error.message}: ${error.mend}`])
    }
  }

  return {
    host,
    async choose({ profile: asked, engine, stem }) {
      const fit = await examine(asked, engine)
      if (fit.kind === 'refused') return fit
      const { name, profile, image, drift } = fit
      const container = containerName(stem, randomUUID())
      const spec = { kind: 'box', container, image, profile: name, drift } as const
      return { kind: 'box', spec, program: profile.program ?? engine }
    },
    async forCommands(asked, lane) {
      const fit = await examine(asked, null)
      if (fit.kind === 'refused') return fit
      const { name, profile, image } = fit
      const plan: CommandBox['plan'] = async (command, { cwd, repo, index }) => {
        const ground = await groundFor(profile, repo, [])
        const key = randomUUID()
        const stem = `validate-${index + 1}`
        const container = containerName(stem, key)
        const about = { container, stem, key, name: lane, profileName: name, image }
        return planCommand(profile, ground, { ...about, cwd, env: launch.env }, command)
      }
      const gate: CommandBox['gate'] = async ({ command, log, cwd, ...named }) => {
        const ground = await groundFor(profile, cwd, [])
        const about = { ...named, name: lane, profileName: name, image }
        return planGate(profile, ground, { ...about, cwd, env: launch.env }, { command, log })
      }
      return { kind: 'fit', profile: name, plan, gate }
    },
    async plan(run, spec) {
      const profile = profiles[spec.profile]
      if (profile === undefined) throw new RpcFault(unknownProfile(spec.profile, profiles))
      const ground: BoxGround = await groundFor(profile, run.cwd, [])
      const { logs, stem, key, name, argv, cwd, log } = run
      const plan = planBox(profile, ground, {
        container: spec.container,
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

const filesOf = (
  profile: BoxProfile,
  engine: Engine,
  env: LaunchConfig['env'],
  ground: BoxGround,
) =>
  configFiles(
    engine,
    engineHome(engine, boxEnv(profile, env, ground)),
    engineHome(engine, boxEnv({ ...profile, env: {} }, env, ground)),
    profileMounts(profile, ground),
  )

const refuse = (problems: string[]): Refused => ({ kind: 'refused', problems })

function unknownProfile(name: string | null, profiles: BoxDeskDeps['profiles']): string {
  const known = Object.keys(profiles)
  const there = known.length === 0 ? 'the profile has no `boxes`' : `there are ${known.join(', ')}`
  return name === null
    ? `name the box: --box, or launch.box in the profile; ${there}`
    : `no box is named ${name}: ${there}`
}
