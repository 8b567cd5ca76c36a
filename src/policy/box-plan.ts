/** What a lane's box is made of: its profile, and what every lane gets. */
import { type BoxPlan, LABELS, type Mount } from '../../adapters/box.ts'
import type { BoxProfile } from '../../state/box-config.ts'
import type { Engine } from '../../state/words.ts'
import type { BoxGround } from '../rpc/box-api.ts'
import { repositoryMounts, treeMounts, workMount } from './box-git.ts'

/**
 * Constant: files and agent are its arguments. The box then writes to the host's files itself,
 * so that what it says outlives hub, link and box.
 */
const BECOME_WITH_FILES = 'b=$1 o=$2 e=$3; shift 3; exec "$@" <"$b" >>"$o" 2>>"$e"'

export interface BoxRun {
  container: string
  stem: string
  key: string
  name: string
  profileName: string
  /** Id of the image. */
  image: string
  argv: readonly string[]
  cwd: string
  brief: string
  log: string
  stderr: string
  /** Environment of every lane, before the profile's own. */
  env: Readonly<Record<string, string>>
  /** Names the run to whoever looks at processes. */
  mark: Readonly<Record<string, string>>
}

/** By an id of its own: what comes late for one box meets no other of that stem. */
export const containerName = (stem: string, id: string): string =>
  `dockmaster-${stem}-${id.slice(0, 13)}`

/** Homes of the agents' own files, as they are inside the box. */
export const engineHome = (engine: Engine, env: Readonly<Record<string, string>>): string =>
  engine === 'codex'
    ? (env['CODEX_HOME'] ?? `${env['HOME'] ?? ''}/.codex`)
    : (env['CLAUDE_CONFIG_DIR'] ?? `${env['HOME'] ?? ''}/.claude`)

export const boxEnv = (
  profile: BoxProfile,
  shared: Readonly<Record<string, string>>,
  { home }: Pick<BoxGround, 'home'>,
): Record<string, string> =>
  Object.fromEntries(
    Object.entries({ HOME: home, ...shared, ...profile.env }).map(([name, value]) => [
      name,
      value.replace(/^~(?=\/|$)/, home),
    ]),
  )

/** The profile's mounts as they are on this host; the ground's paths are in the profile's order. */
export const profileMounts = (profile: BoxProfile, { paths }: BoxGround): Mount[] =>
  profile.mounts.map(({ kind, target, mode }, index) => {
    const { path = '', real = '' } = paths[index] ?? {}
    return { kind, source: real, target: target ?? path, mode }
  })

export function planBox(profile: BoxProfile, ground: BoxGround, run: BoxRun): BoxPlan {
  const { brief, log, stderr } = run
  return {
    ...commonPlan(profile, ground, run),
    argv: ['/bin/sh', '-c', BECOME_WITH_FILES, 'box', brief, log, stderr, ...run.argv],
    mounts: [
      ...profileMounts(profile, ground),
      ...(ground.git === null ? [workMount(run.cwd)] : treeMounts(run.cwd)),
      ...(ground.git === null ? [] : repositoryMounts(ground.git)),
      workMount(brief, 'ro'),
      workMount(log),
      workMount(stderr),
    ],
  }
}

export interface BoxCommand {
  argv: readonly string[]
  /** Below the directory that it works in. */
  directory: string
  env: Readonly<Record<string, string>>
}

/** A command of the repository's own gets no key, no transcript, and may not change the repository. */
export function planCommand(
  profile: BoxProfile,
  ground: BoxGround,
  run: Omit<Parameters<typeof commonPlan>[2], 'mark'>,
  { argv, directory, env }: BoxCommand,
): BoxPlan {
  const common = commonPlan(profile, ground, { ...run, mark: {} })
  const lent = profileMounts(profile, ground).filter(({ kind }) => kind === 'tools')
  const { git } = ground
  return {
    ...common,
    argv,
    cwd: `${run.cwd}/${directory}`,
    env: { ...common.env, ...env, CI: 'true' },
    mounts: [
      ...lent,
      ...treeMounts(run.cwd),
      ...(git === null ? [] : [workMount(git.common, 'ro')]),
    ],
  }
}

/** Constant: the log and the command are its arguments. */
const TELL_INTO = 'l=$1; shift; exec /bin/sh -c "$1" >>"$l" 2>&1'

/** A gate command: a text of the config's, whose output goes to a file on the host. */
export function planGate(
  profile: BoxProfile,
  ground: BoxGround,
  run: Parameters<typeof planCommand>[2],
  { command, log }: { command: string; log: string },
): BoxPlan {
  const argv = ['/bin/sh', '-c', TELL_INTO, 'gate', log, command]
  const plan = planCommand(profile, ground, run, { argv, directory: '.', env: {} })
  return { ...plan, mounts: [...plan.mounts, workMount(log)], afterEnd: 'keep' }
}

/** What a box of a profile is, whatever runs in it. */
const commonPlan = (
  profile: BoxProfile,
  ground: BoxGround,
  run: Pick<
    BoxRun,
    'container' | 'stem' | 'key' | 'name' | 'profileName' | 'image' | 'cwd' | 'env' | 'mark'
  >,
): Omit<BoxPlan, 'argv' | 'mounts'> => ({
  name: run.container,
  image: run.image,
  user: profile.user ?? `${ground.uid}:${ground.gid}`,
  cwd: run.cwd,
  env: { ...boxEnv(profile, run.env, ground), ...run.mark },
  // A profile that states none is refused before: this one reaches nothing.
  network: profile.network ?? 'none',
  memory: profile.memory,
  cpus: profile.cpus,
  pids: profile.pids,
  isRootReadOnly: profile.readOnlyRoot,
  tmpfs: profile.tmpfs,
  afterEnd: 'remove',
  labels: {
    [LABELS.lane]: run.name,
    [LABELS.stem]: run.stem,
    [LABELS.key]: run.key,
    [LABELS.profile]: run.profileName,
  },
})
